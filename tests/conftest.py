"""What every room's tests can use."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from agent1.serving.starter import fetch_starter
from agent1.store.home import user_cache

pytest_plugins = ["agent1.tests.browser", "agent1.tests.ui.windows"]

# How long an example takes says something about the machine, nothing about the code.
settings.register_profile("agent1", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("agent1")


@pytest.fixture(scope="session")
def starter_gguf() -> Path:
    """SmolLM2-135M, as it is fetched for a newcomer; AGENT1_TEST_GGUF names a file that is there already."""
    named = os.environ.get("AGENT1_TEST_GGUF")
    return Path(named) if named else fetch_starter(user_cache(os.environ))

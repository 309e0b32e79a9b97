"""What every room's tests can use."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["agent1.tests.browser", "agent1.tests.ui.windows"]

# How long an example takes says something about the machine, nothing about the code.
settings.register_profile("agent1", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("agent1")

"""What every room's tests can use."""

pytest_plugins = ["agent1.tests.browser", "agent1.tests.ui.windows"]

"""The Admin tab, one file a section. A section is a build function; tab.py lists them."""

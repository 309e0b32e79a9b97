"""The Chat tab: what stands where (tab), what answers which event (events, sidebar), how records look (view)."""

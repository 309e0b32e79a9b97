"""What is kept: people, conversations, ratings, runs, promotions, settings. One SQLite file per home."""

"""The database's tables, release by release, on SQLite and PostgreSQL."""

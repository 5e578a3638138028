"""The console: server-rendered pages for editors, evaluators and admins."""

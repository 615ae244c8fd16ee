"""From the figures' data to the pages: Python-Markdown extensions and what the build prepares."""

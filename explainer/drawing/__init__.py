"""How figures look and how they become files: palette, style, SVG."""

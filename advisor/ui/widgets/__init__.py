"""Parts of screens: tables, bars and charts drawn in cells."""

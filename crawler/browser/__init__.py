"""A look at one page whose content a script fetches: `baotinh probe --browser`. A crawl never uses a browser."""

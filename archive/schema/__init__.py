"""What `news.db` is: its tables and views, how they came about, and how the file is opened."""

"""The one spider, and the loader that makes a spider of every site file."""

"""The one spider, and the loader that makes a spider class for every site file."""

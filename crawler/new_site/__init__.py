"""`baotinh new-site`: propose a site file from a few pages of an outlet, for a person to check.

The generic extractor reads the pages without any rule. Each value that it finds, and each value of the page's
structured data, is then searched in the markup. The selectors of the elements that hold the value become rules. A rule
is kept only if the record that it gives is the same as the generic record.
"""

"""The platform's Pulumi components, one file each, and the plain helpers they share.

A component takes a frozen `XArgs`, imports no other component and reads no configuration: `__main__.py` builds one
`settings.Environment` and passes values.
"""

"""The platform's figures: `python -m bench.platform` measures them and writes docs/platform.md.

`calls` sends the samples through the real router over an AWS in this process (`aws`): what a document asks of AWS, in
units (`units`) and dollars (`cost`), both pure. `cold` starts interpreters with the router, against boto3 and the same
clients. `machine` is the platform on this machine: time from upload to envelope, documents a second. `growth` counts
what the router, the lists and the route table do against how much there is. `sections` and `costs` are the page.
"""

"""What runs on Lambda: a file that landed in S3 becomes one envelope, and its document one head that says so.

    S3 event -> SQS -> router           claim, sniff, route, run, finish, promote
      events                            a message body -> what to look at, or why not (pure)
      delivery                          the protocol: claims, attempts, promotion, over narrow ports (`ports`)
        examine, sandbox                one version's bytes -> its envelope, in a child without credentials
        envelopes                       kept in the item, or in S3 with a digest (pure)
        mirror                          what a head must say (pure)
        store                           the documents table: every transition is one conditional write
          keys, store.items             names and items as frozen values (pure)
          store.transitions             the table of conditions, also docs/transitions.md
        objects                         S3: ranged reads pinned to one version
      telemetry                         one log line and one line of metrics a document
    dead letters -> deadletter          what could not be delivered is kept with its cause
    schedule -> sweeper                 what got stuck or lost is found and looked at again
    operator -> replay                  a dead letter, or many, once more
    REST API -> api                     uploads, lists, envelopes, deletion, restoring

An event is a hint that something happened to a key; S3 says what is true. So every handler may see anything twice,
late or never, in any order, and the table ends in the same state.
"""

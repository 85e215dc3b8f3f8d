"""firstbytes on AWS: this program is one environment, and reads as the way of a file through it.

    Web            where the page is served from; its origin is who may sign in and upload from a browser
    Storage        the documents bucket and what is made of it, the tables, the key they share
    Auth           users, sign-in, and the scopes that a token can have
    Pipeline       bucket -> EventBridge -> intake queue -> router; dead letters, the sweeper, replay

Everything that differs between environments is in Pulumi.<stack>.yaml and arrives as one `Environment`. A component
gets values and knows neither the configuration nor another component. What plugins need, memory and rights, comes
from the route table that is compiled into the code archive, so that a plugin that cannot work fails here.
"""

from __future__ import annotations

from pathlib import Path

import pulumi
import pulumi_aws as aws

from components import bundle, project, provider, settings
from components.auth import Auth, AuthArgs
from components.pipeline import Pipeline, PipelineArgs
from components.storage import Storage, StorageArgs
from components.web import Web, WebArgs

ROOT = Path(__file__).parent

environment = settings.parse(project.given(), stack=pulumi.get_stack())
archive = bundle.build(ROOT, bundle.Target.of(environment.bundle_target, environment.architecture))
code = archive.archive()
cloud = provider.create(environment)
opts = pulumi.ResourceOptions(providers={"aws": cloud})
account_id = aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(provider=cloud)).account_id

web = Web("web", WebArgs(environment=environment), opts)
storage = Storage("storage", StorageArgs(environment=environment, account_id=account_id, origin=web.origin), opts)
auth = Auth("auth", AuthArgs(environment=environment, account_id=account_id, origin=web.origin), opts)
pipeline = Pipeline(
    "pipeline",
    PipelineArgs(
        environment=environment,
        account_id=account_id,
        code=code,
        stores=storage.stores,
        routes=archive.routes,
        grants=bundle.grants(ROOT),
    ),
    opts,
)

for name, value in {
    "appUrl": web.origin,
    "region": environment.region,
    "userPoolId": auth.pool.id,
    "userPoolClientId": auth.client.id,
    "hostedUiUrl": auth.hosted_ui_url,
    "tokenIssuer": auth.token_issuer,
    "documentsBucket": storage.documents.bucket,
    "artifactsBucket": storage.artifacts.bucket,
    "documentsTable": storage.documents_table.name,
    "deadLettersTable": storage.dead_letters_table.name,
    "intakeQueueUrl": pipeline.intake.url,
    "intakeDlqUrl": pipeline.intake_dlq.url,
    "ruleDlqUrl": pipeline.rule_dlq.url,
    **{f"{purpose}Function": made.function.name for purpose, made in pipeline.functions.items()},
    "amplifyAppId": web.app.id,
}.items():
    pulumi.export(name, value)

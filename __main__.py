"""firstbytes on AWS: this program is one environment, and reads as the way of a file through it.

    Web            where the page is served from; its origin is who may sign in and upload from a browser
    Storage        the documents bucket and what is made of it, the tables, the key they share
    Auth           users, sign-in, and the scopes that a token can have
    Pipeline       bucket -> EventBridge -> intake queue -> router; dead letters, the sweeper, replay
    Api            the REST API as docs/openapi.json has it: tokens, scopes, limits, a web ACL before it

Everything that differs between environments is in Pulumi.<stack>.yaml and arrives as one `Environment`. A component
gets values and knows neither the configuration nor another component. What plugins need, memory and rights, comes
from the route table that is compiled into the code archive, so that a plugin that cannot work fails here.
"""

from __future__ import annotations

from pathlib import Path

import pulumi

from components import bundle, project, provider, settings
from components.api import Api, ApiArgs
from components.auth import Auth, AuthArgs
from components.common import Place, Running
from components.pipeline import Pipeline, PipelineArgs
from components.storage import Storage, StorageArgs
from components.web import Web, WebArgs

ROOT = Path(__file__).parent

environment = settings.parse(project.given(), stack=pulumi.get_stack())
archive = bundle.build(ROOT, bundle.Target.of(environment.bundle_target, environment.architecture))
cloud = provider.create(environment)
place = Place(environment=environment, account_id=cloud.account_id)

web = Web("web", WebArgs(environment=environment), cloud.opts)
storage = Storage("storage", StorageArgs(**place, origin=web.origin), cloud.opts)
auth = Auth("auth", AuthArgs(**place, origin=web.origin), cloud.opts)
running = Running(**place, code=archive.archive(), stores=storage.stores)
pipeline_args = PipelineArgs(**running, routes=archive.routes, grants=bundle.grants(ROOT))
pipeline = Pipeline("pipeline", pipeline_args, cloud.opts)
api_args = ApiArgs(
    **running,
    **auth.tokens,
    document=ROOT / "docs" / "openapi.json",
    origin=web.origin,
    intake_queue_url=pipeline.intake.url,
    intake_queue_arn=pipeline.intake.arn,
    account_logs=environment.api_account_logs,
)
api = Api("api", api_args, cloud.opts)

for name, value in {
    "region": environment.region,
    "apiUrl": api.url,
    **web.exports,
    **auth.exports,
    **storage.exports,
    "intakeQueueUrl": pipeline.intake.url,
    "intakeDlqUrl": pipeline.intake_dlq.url,
    "ruleDlqUrl": pipeline.rule_dlq.url,
    **{f"{purpose}Function": made.function.name for purpose, made in pipeline.functions.items()},
    "apiFunction": api.function.function.name,
}.items():
    pulumi.export(name, value)

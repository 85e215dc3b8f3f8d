"""firstbytes on AWS: this program is one environment, and reads as the way of a file through it.

    Web            where the page is served from; its origin is who may sign in and upload from a browser
    Storage        the documents bucket and what is made of it, the tables, the key they share
    Auth           users, sign-in, and the scopes that a token can have
    Pipeline       bucket -> EventBridge -> intake queue -> router; dead letters, the sweeper, replay
    Api            the REST API as docs/openapi.json has it: tokens, scopes, limits, a web ACL before it
    Observability  alarms, who is told, and the page that answers: healthy? how much? how fast? at what cost?

Everything that differs between environments is in Pulumi.<stack>.yaml and arrives as one `Environment`. A component
gets values and knows neither the configuration nor another component. What plugins need, memory and rights, comes
from the route table compiled into the code archive: a plugin that cannot work fails here.
"""

from __future__ import annotations

from pathlib import Path

import pulumi

from components import bundle, project, provider, settings, tables
from components.api import Api, ApiArgs
from components.auth import Auth, AuthArgs
from components.common import Place, Running
from components.observability import Observability, ObservabilityArgs
from components.pipeline import Pipeline, PipelineArgs
from components.storage import Storage, StorageArgs
from components.web import Web, WebArgs, page_config

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
observability_args = ObservabilityArgs(
    **place,
    functions=[*pipeline.functions.values(), *pipeline.extractors.values(), api.function],
    intake=pipeline.intake.name,
    intake_dlq=pipeline.intake_dlq.name,
    rule_dlq=pipeline.rule_dlq.name,
    rule=pipeline.rule.name,
    documents_table=storage.documents_table.name,
    documents_indexes=tables.DOCUMENTS.names,
    dead_letters_table=storage.dead_letters_table.name,
    api=api.rest_api.name,
    stage=api.stage.stage_name,
)
observability = Observability("observability", observability_args, cloud.opts)
outputs: dict[str, pulumi.Input[str]] = {
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
    "dashboardName": observability.dashboard_name,
}
for name, value in {**outputs, "appConfig": page_config(outputs)}.items():
    pulumi.export(name, value)

"""Where the local host differs from the real Functions host on purpose, beside its Durable engine.

The recordings have no part in these, so each entry names the code that makes the difference; one
whose code is gone fails the test. `local/functions_host/README.md` shows the list.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class HostDeviation:
    """One difference: what happens here, what happens in Azure, why, and the code that does it.

    `where` is `module:name`; `variant` names the app in `variants.py` of its tests that
    shows the difference, if one does.
    """

    here: str
    azure: str
    reason: str
    where: str
    variant: str = ""


_ONE_HOST = "A laptop runs one host, so nobody competes for the work."

HOST_DEVIATIONS = (
    # Start
    HostDeviation(
        "On Python 3.11 and 3.12, too, the app is loaded and reported on as by the worker for "
        "Python 3.13: FastAPI types work without `PYTHON_ENABLE_INIT_INDEXING=1`, with a warning "
        "at start.",
        "Python 3.11 and 3.12 run another build of the worker. Without the setting every HTTP call "
        "hangs there, and some texts differ.",
        "One set of words is held against recordings, that of the version to develop on.",
        "local.functions_host.worker.converters:init_indexing_missing",
    ),
    HostDeviation(
        "`sys.exit` while the app is imported is refused at start: `SystemExit: 3`.",
        "The worker ends with that code and says nothing.",
        "A sentence shows where to look.",
        "local.functions_host.worker.loading:load",
        variant="exits",
    ),
    HostDeviation(
        "A binding other than HTTP, blob trigger, timer, orchestrator, activity and durable client "
        "is refused at start.",
        "All bindings of the extension bundle work.",
        "The apps that this host is for need no others; half a binding would be worse than none.",
        "local.functions_host.worker.loading:_check_bindings",
        variant="unsupported_binding",
    ),
    HostDeviation(
        "An output parameter (`func.Out[...]`) is refused at start.",
        "It is sent once the function has ended.",
        "Of the bindings that this host runs only HTTP has an output, and that is returned.",
        "local.functions_host.worker.loading:_check_bindings",
    ),
    HostDeviation(
        "Settings of host.json that are not followed are listed once at start.",
        "They are followed.",
        "Most of them tune scale, logging or other bindings.",
        "local.functions_host.host_json:_list_ignored_settings",
    ),
    HostDeviation(
        "`@app.retry` is not followed; a warning at start says so.",
        "Timer functions (and those of some other triggers) are repeated by it.",
        "A failed timer comes with its schedule again, and blobs have their own five tries.",
        "local.functions_host.worker.loading:_check_retry",
    ),
    # Calls
    HostDeviation(
        "A function over `functionTimeout` fails with the words of the host; the worker goes on, "
        "and a synchronous one keeps its thread until it returns.",
        "The worker is restarted, with every stream and activity in it.",
        "Host and worker are one process here, and Python cannot end a thread.",
        "local.functions_host.worker.invocation:Invoker",
    ),
    HostDeviation(
        "`sys.exit` in a function ends the host, with a sentence that says why.",
        "It ends the worker, which is restarted a few times.",
        "Host and worker are one process here; the fault should not pass unseen.",
        "local.functions_host.worker.invocation:Invoker",
    ),
    HostDeviation(
        "`functionTimeout` runs on real time, also under the virtual clock.",
        "There is only real time.",
        "A function that works takes real time; only waits are virtual.",
        "local.functions_host.worker.invocation:Invoker",
    ),
    # HTTP
    HostDeviation(
        "`request.url` shows `127.0.0.1:9`.",
        "It shows the worker's private port on 127.0.0.1, another one after each start.",
        "An address that nobody serves shows at once that links must be made from the forwarded "
        "headers.",
        "local.functions_host.web.fastapi_functions:_PRIVATE",
    ),
    HostDeviation(
        "A stream may be silent for as long as it likes.",
        "After 240 s without a byte the connection is closed.",
        "No server stands between caller and app here.",
        "local.functions_host.web.fastapi_functions:FastApiFunctions",
    ),
    HostDeviation(
        "One set of keys: `master`, `default`, `system`, and further ones of function level, which "
        "open every function. There are no pages to list or change them (`/admin/host/keys`, "
        "`/admin/functions/NAME/keys`).",
        "Functions have keys of their own, extensions too, and the pages manage them.",
        "Keys are made at the first start, or given by `--keys`, and printed in the READY line.",
        "local.functions_host.web.admin:Admin",
    ),
    HostDeviation(
        "`POST /admin/functions/NAME` starts timers and blob functions; others: 400. Further pages "
        "of `/admin` (status of the host, list of functions) are 404 and say which there are.",
        "It starts any function; the pages show the host and its functions.",
        "HTTP functions have their own address, orchestrators are started by the management API, "
        "and the READY line lists the functions.",
        "local.functions_host.web.admin:Admin",
    ),
    # Triggers
    HostDeviation(
        "Receipts of blobs are written without a lease.",
        "The host leases a receipt for 30 s while it queues the blob.",
        _ONE_HOST,
        "local.functions_host.blobs.receipts:Receipts",
    ),
    HostDeviation(
        "A timer function runs without a lock in the storage account.",
        "A lock keeps other instances from running it too.",
        _ONE_HOST,
        "local.functions_host.timers.trigger:TimerTrigger",
    ),
    HostDeviation(
        "New blobs are found by listing the container, every `--blob-interval` seconds (1).",
        "By the storage logs and a listing, within seconds or, for large containers, minutes.",
        "Azurite writes no logs, and nobody wants to wait on a laptop.",
        "local.functions_host.blobs.scanner:Scanner",
    ),
    HostDeviation(
        "Blob scans run on real time, also under the virtual clock: time may jump before a blob "
        "is seen, but stands still from then on until its function has ended.",
        "There is only real time.",
        "Storage says nothing when a blob is written, so the clock does not know to wait.",
        "local.functions_host.blobs.scanner:Scanner",
    ),
    HostDeviation(
        "A blob function that was killed runs again at the next start.",
        "After minutes, when its message shows up again.",
        "A crash can be tried as often as one likes without waiting.",
        "local.functions_host.blobs.work_queue:WorkQueue",
    ),
    HostDeviation(
        "A schedule that is an interval (`00:30:00`) is refused at start.",
        "It works on Dedicated plans.",
        "NCRONTAB works on every plan.",
        "local.functions_host.timers.schedule:parse",
    ),
    HostDeviation(
        "Schedules are in UTC, whatever `WEBSITE_TIME_ZONE` says.",
        "The setting moves them, on plans that know it; Linux Consumption does not.",
        "A schedule in UTC means the same on every plan and machine.",
        "local.functions_host.timers.schedule:parse",
    ),
    HostDeviation(
        "An HTTP call keeps virtual time from jumping for at most 5 s of real time.",
        "There is only real time.",
        "A call may itself wait for a durable run, whose timers must be able to fire.",
        "local.functions_host.web.front:HOLD_LIMIT",
    ),
    # Durable
    HostDeviation(
        "Entities, `call_http` and rewind are refused with a sentence: an entity trigger at start, "
        "a call in the orchestrator's failure, a rewind by 501.",
        "They work.",
        "Few apps need them, and half of them would be worse than nothing.",
        "local.functions_host.durable.episode:_REFUSED",
    ),
    HostDeviation(
        "Calls of the management API for another task hub or storage account (`taskHub`, "
        "`connection`) and for entities are refused by 501.",
        "They are served.",
        "One host serves one task hub, and no entities.",
        "local.functions_host.durable.management.call:Call",
    ),
    HostDeviation(
        "Lists of instances refuse times that are not in the form of ISO 8601 and states that do "
        "not exist, by 400.",
        "Times are read in many forms; what is no time, and what is no state, is no filter.",
        "A filter that filters nothing hides a mistake.",
        "local.functions_host.durable.management.status:list_instances",
    ),
    HostDeviation(
        "The management API refuses by 501: purging by filter, pages of a list after the first 100 "
        "instances (`top`, continuation tokens), a start that waits for the end (`timeout` with "
        "`pollingInterval`).",
        "They work. Python's SDK reads the first page only, and waits by asking for the status.",
        "Purge one id after another; few tests have more than 100 runs.",
        "local.functions_host.durable.management:routes",
    ),
    HostDeviation(
        "Routes may hold `{name}`, `{name:int}` (digits only), `{name:guid}`, `{name?}` and "
        "`{*name}`; anything else in braces is refused at start.",
        "ASP.NET's other constraints, default values and optional parts of a segment work, too.",
        "Apps of the v2 model hardly write them; Starlette's patterns do the matching.",
        "local.functions_host.web.routes:Template",
    ),
    HostDeviation(
        "The state of orchestrations is one SQLite file in the state folder.",
        "It lies in tables, queues and blobs of the storage account.",
        "A file survives `kill -9` at any time, and one transaction is one episode.",
        "local.functions_host.durable.store:Store",
    ),
)

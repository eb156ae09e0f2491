"""The function app: it registers the functions of each package, and does nothing else.

The worker loads this module at each cold start, so packages that only one function needs are
imported in it. All HTTP functions use the FastAPI types: with one classic function, no function of
the app would load.
"""

import azure.durable_functions as df
import azure.functions as func

from activities.blueprint import blueprint as activities
from api import logs
from api.endpoints import blueprint as endpoints
from api.worker_requests import watch
from orchestrators.blueprint import blueprint as orchestrators
from triggers import daily, dataset

logs.configure()
watch.start()

app = df.DFApp(http_auth_level=func.AuthLevel.FUNCTION)
for blueprint in (dataset.blueprint, daily.blueprint, endpoints, orchestrators, activities):
    app.register_functions(blueprint)

"""
dlt source for Hevy API.

Extracts data as close to source as possible.
Only dlt metadata is added (_dlt_load_id, _dlt_id, _dlt_parent_id).

API Documentation: https://api.hevyapp.com/docs/

Confirmed API details:
- Base URL: https://api.hevyapp.com/v1
- Auth: api-key header
- Pagination: page & pageSize query params
"""
import dlt
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import PageNumberPaginator
import os
from typing import Iterator


# ===================
# Configuration (confirmed from API docs)
# ===================
BASE_URL = os.environ.get("HEVY_BASE_URL", "https://api.hevyapp.com/v1")
PAGE_SIZE = {
    "workouts": int(os.environ.get("HEVY_PAGE_SIZE", 10)),
    "routines": int(os.environ.get("HEVY_PAGE_SIZE", 10)),
    "exercise_templates": 100,
}
_EX = {"supersets_id": {"data_type": "bigint", "nullable": True}}
_SET = {
    "weight_kg": {"data_type": "double", "nullable": True},
    "reps": {"data_type": "bigint", "nullable": True},
    "distance_meters": {"data_type": "double", "nullable": True},
    "duration_seconds": {"data_type": "double", "nullable": True},
    "rpe": {"data_type": "double", "nullable": True},
    "custom_metric": {"data_type": "double", "nullable": True},
}


def _get_client() -> RESTClient:
    """Create REST client with authentication."""
    api_key = os.environ.get("HEVY_API_KEY")
    if not api_key:
        raise ValueError("HEVY_API_KEY environment variable required")

    return RESTClient(
        base_url=BASE_URL,
        headers={
            "api-key": api_key,
            "accept": "application/json",
        },
        paginator=PageNumberPaginator(
            page_param="page",
            total_path="page_count",  # Response includes total pages
            base_page=1,
        ),
    )


@dlt.source(name="hevy", max_table_nesting=2)
def hevy_source(
    workouts: bool = True,
    exercise_templates: bool = True,
    routines: bool = True,
):
    """
    Hevy API source.

    Args:
        workouts: Extract workouts with exercises and sets
        exercise_templates: Extract exercise template definitions
        routines: Extract saved routines

    Yields data as-is from API, dlt adds:
        - _dlt_load_id: Unique load identifier
        - _dlt_id: Unique row identifier
        - Automatic nested table extraction (workouts__exercises, workouts__exercises__sets)
    """
    resources = []

    if workouts:
        resources.append(workouts_resource())
    if exercise_templates:
        resources.append(exercise_templates_resource())
    if routines:
        resources.append(routines_resource())

    return resources


@dlt.resource(
    name="workouts",
    write_disposition="merge",
    primary_key="id",
    columns={"id": {"nullable": False}, "routine_id": {"data_type": "text", "nullable": True}},
    nested_hints={
        "exercises": dlt.mark.make_nested_hints(columns=_EX),
        ("exercises", "sets"): dlt.mark.make_nested_hints(columns=_SET),
    },
)
def workouts_resource() -> Iterator[dict]:
    """
    Extract workouts with nested exercises and sets.

    dlt will automatically:
    - Flatten nested 'exercises' into 'workouts__exercises' table
    - Flatten nested 'sets' into 'workouts__exercises__sets' table
    - Add _dlt_parent_id for relationships

    Response structure:
    {
        "page": 1,
        "page_count": 5,
        "workouts": [
            {
                "id": "uuid",
                "title": "Morning Workout 💪",
                "routine_id": "uuid",
                "description": "...",
                "start_time": "2021-09-14T12:00:00Z",
                "end_time": "2021-09-14T12:00:00Z",
                "created_at": "2021-09-14T12:00:00Z",
                "updated_at": "2021-09-14T12:00:00Z",
                "exercises": [
                    {
                        "index": 0,
                        "title": "Bench Press (Barbell)",
                        "exercise_template_id": "05293BCA",
                        "supersets_id": 0,
                        "notes": "...",
                        "sets": [
                            {
                                "index": 0,
                                "type": "normal",
                                "weight_kg": 100,
                                "reps": 10,
                                "distance_meters": null,
                                "duration_seconds": null,
                                "rpe": 9.5,
                                "custom_metric": 50
                            }
                        ]
                    }
                ]
            }
        ]
    }
    """
    client = _get_client()

    for page in client.paginate("workouts", params={"pageSize": PAGE_SIZE["workouts"]}):
        yield from page


@dlt.resource(
    name="exercise_templates",
    write_disposition="replace",
    primary_key="id",
)
def exercise_templates_resource() -> Iterator[dict]:
    """
    Extract exercise template definitions.
    These are the master list of exercises available in Hevy.
    """
    client = _get_client()

    for page in client.paginate("exercise_templates", params={"pageSize": PAGE_SIZE["exercise_templates"]}):
        yield from page


@dlt.resource(
    name="routines",
    write_disposition="replace",
    primary_key="id",
)
def routines_resource() -> Iterator[dict]:
    """
    Extract saved workout routines/templates.
    """
    client = _get_client()

    for page in client.paginate("routines", params={"pageSize": PAGE_SIZE["routines"]}):
        yield from page

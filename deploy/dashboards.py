"""Three Grafana dashboards: rows of panels, each a title, a unit and queries. `deploy/generate` writes them."""

import json

SERVICES = (
    ("Requests by service", "reqps", {"{{service}}": "sum by (service) (rate(dojob_http_requests_total[5m]))"}),
    ("Answers that are errors of ours", "percentunit", {
        "{{service}}": 'sum by (service) (rate(dojob_http_requests_total{status=~"5.."}[5m]))'
                       " / sum by (service) (rate(dojob_http_requests_total[5m]))"}),
    ("Time to answer: 95 of 100", "s", {
        "{{service}}": "histogram_quantile(0.95, sum by (service, le) (rate(dojob_http_seconds_bucket[5m])))"}),
    ("Time to answer: 99 of 100", "s", {
        "{{service}}": "histogram_quantile(0.99, sum by (service, le) (rate(dojob_http_seconds_bucket[5m])))"}),
    ("Busiest routes", "reqps", {
        "{{method}} {{route}}": "topk(10, sum by (method, route) (rate(dojob_http_requests_total[5m])))"}),
    ("Answers by status", "reqps", {"{{status}}": "sum by (status) (rate(dojob_http_requests_total[5m]))"}),
    ("Timers run", "ops", {"{{service}}": "sum by (service) (rate(dojob_jobs_run_total[5m]))"}),
)
EVENTS = (
    ("Age of the oldest event that is not published", "s", {"{{service}}": "max by (service) (dojob_outbox_seconds)"}),
    ("Events that are not published", "short", {"{{service}}": "max by (service) (dojob_outbox_rows)"}),
    ("Events handed on", "ops", {"{{service}}": "sum by (service) (rate(dojob_relay_events_total[5m]))"}),
    ("Leaders of the relay: one each", "short", {"{{service}}": "sum by (service) (dojob_relay_leads)"}),
    ("A broker answers", "short", {"{{service}}": "min by (service) (dojob_kafka_up)"}),
    ("Events yet to take", "short", {"{{consumer}} of {{source}}": "sum by (consumer, source) (dojob_consumer_lag)"}),
    ("Events whose effect is committed", "ops", {
        "{{consumer}}": "sum by (consumer) (rate(dojob_consumer_events_total[5m]))"}),
    ("Events of no interest", "ops", {
        "{{consumer}}": "sum by (consumer) (rate(dojob_consumer_ignored_total[5m]))"}),
    ("Set aside, unreadable", "short", {
        "{{consumer}} set aside": "sum by (consumer) (increase(dojob_consumer_parked_total[1h]))",
        "{{consumer}} unreadable": "sum by (consumer) (increase(dojob_consumer_unreadable_total[1h]))"}),
)
OBJECTIVES = (
    ("Budget that is left of three days", "percentunit", {
        "{{slo}} {{service}}": "1 - slo:bad:ratio_3d / on (slo) group_left () (1 - slo:objective:ratio)"}),
    ("How many times too fast it burns: 1 h", "short", {
        "{{slo}} {{service}}": "slo:bad:ratio_1h / on (slo) group_left () (1 - slo:objective:ratio)"}),
    ("How many times too fast it burns: 6 h", "short", {
        "{{slo}} {{service}}": "slo:bad:ratio_6h / on (slo) group_left () (1 - slo:objective:ratio)"}),
    ("Alerts", "short", {"{{alertname}} {{slo}} {{service}}": 'sum by (alertname, slo, service) (ALERTS{alertstate="firing"})'}),
)
DASHBOARDS = {"services": SERVICES, "events": EVENTS, "objectives": OBJECTIVES}


def dashboard(name):
    source = {"type": "prometheus", "uid": "prometheus"}
    panels = [
        {
            "id": number + 1, "title": title, "type": "timeseries", "datasource": source,
            "gridPos": {"h": 8, "w": 12, "x": 12 * (number % 2), "y": 8 * (number // 2)},
            "fieldConfig": {"defaults": {"unit": unit}, "overrides": []},
            "targets": [
                {"refId": chr(65 + n), "datasource": source, "expr": expr, "legendFormat": legend}
                for n, (legend, expr) in enumerate(queries.items())
            ],
        }
        for number, (title, unit, queries) in enumerate(DASHBOARDS[name])
    ]
    return json.dumps({
        "uid": f"dojob-{name}", "title": f"dojob: {name}", "tags": ["dojob"], "timezone": "browser", "schemaVersion": 39,
        "refresh": "30s", "time": {"from": "now-6h", "to": "now"}, "panels": panels,
    }, indent=2) + "\n"

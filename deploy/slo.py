"""The six service level objectives, as Prometheus rules. `deploy/generate` writes them.

Each has two ratios at its root: what was bad, of all. From there on all six are the same: a recording rule for each
window, and four alerts that compare two windows each with the error budget (Google's SRE workbook, chapter 5).
"""

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
# How many times faster than the objective allows the budget may burn: long window, short window, patience, severity.
BURNS = (
    (14.4, "1h", "5m", "2m", "page", "SloBurnsFast"),
    (6, "6h", "30m", "15m", "page", "SloBurns"),
    (3, "1d", "2h", "1h", "ticket", "SloBurnsSlowly"),
    (1, "3d", "6h", "3h", "ticket", "SloBurnsAway"),
)
REQUESTS = "dojob_http_requests_total"


def of_requests(bad, of):
    return (
        f"sum by (service) (rate({REQUESTS}{{{bad}}}[WINDOW])) / sum by (service) (rate({REQUESTS}{{{of}}}[WINDOW]))"
        # A rate of nothing: without this, a service that never failed has no ratio at all.
        f" or sum by (service) (rate({REQUESTS}{{{of}}}[WINDOW])) * 0"
    )


def of_time(name):
    """The share of minutes in which something was too late."""
    return f'avg_over_time(slo:late:bool{{slo="{name}"}}[WINDOW])'


# Name, objective, promise, ratio of what is bad.
OBJECTIVES = (
    ("availability", 0.999, "Of all requests, 99.9 % are answered without an error of ours.",
     of_requests('status=~"5.."', "")),
    ("latency", 0.95, "Of all requests, 95 % are answered within 256 ms.",
     '1 - sum by (service) (rate(dojob_http_seconds_bucket{le="0.256"}[WINDOW]))'
     " / (sum by (service) (rate(dojob_http_seconds_count[WINDOW])) > 0)"),
    ("sign-in", 0.995, "Of all sign-ins, 99.5 % do not fail for a reason of ours; a wrong password is none.",
     of_requests('service="auth",route=~"/api/auth/(login|refresh|signup)",status=~"5.."',
                 'service="auth",route=~"/api/auth/(login|refresh|signup)"')),
    ("chat-connect", 0.995, "Of all chat sockets that are asked for, 99.5 % open, if the caller may have one.",
     of_requests('service="chat",route="/api/chat/ws",status=~"5.."', 'service="chat",route="/api/chat/ws"')),
    ("event-relay", 0.99, "99 % of the time, nothing has waited to be published for longer than 5 seconds.",
     of_time("event-relay")),
    ("delivery-latency", 0.99, "99 % of the time, no consumer has more than 1,000 events yet to take.",
     of_time("delivery-latency")),
)
# What the last two count: 1 in each minute that was bad.
LATE = {
    "event-relay": "max by (service) (dojob_outbox_seconds) > bool 5",
    "delivery-latency": 'max by (service) (label_replace(sum by (consumer, source) (dojob_consumer_lag),'
               ' "service", "$1", "consumer", "([^/]+)/.*")) > bool 1000',
}


def rules(head):
    """The PrometheusRule."""
    text = head + """\
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: slo
spec:
  groups:
"""
    for name, objective, promise, ratio in OBJECTIVES:
        text += f"""\
    # {promise}
    - name: slo-{name}
      interval: 1m
      rules:
        - record: slo:objective:ratio
          expr: vector({objective})
          labels: {{slo: {name}}}
"""
        if name in LATE:
            text += f"""\
        - record: slo:late:bool
          expr: >-
            {LATE[name]}
          labels: {{slo: {name}}}
"""
        for window in WINDOWS:
            text += f"""\
        - record: slo:bad:ratio_{window}
          expr: >-
            {ratio.replace("WINDOW", window)}
          labels: {{slo: {name}}}
"""
    text += "    - name: slo-burn\n      interval: 1m\n      rules:\n"
    for factor, long, short, patience, severity, alert in BURNS:
        text += f"""\
        - alert: {alert}
          expr: >-
            slo:bad:ratio_{long} > on (slo) group_left () ({factor} * (1 - slo:objective:ratio))
            and slo:bad:ratio_{short} > on (slo) group_left () ({factor} * (1 - slo:objective:ratio))
          for: {patience}
          labels: {{severity: {severity}}}
          annotations:
            summary: "{{{{ $labels.service }}}}: {{{{ $labels.slo }}}} burns its budget {factor} times too fast"
            description: "Bad over {long}: {{{{ $value | humanizePercentage }}}}."
            runbook: docs/runbooks/slo-{{{{ $labels.slo }}}}.md
"""
    return text

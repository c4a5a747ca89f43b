//! The two pictures of the page, as SVG by hand: bars and curves on logarithmic scales.

use std::fmt::Write;

use crate::figures::{Curve, Operation};

const COLOURS: [&str; 6] = ["#0f766e", "#64748b", "#ca8a04", "#a16207", "#2563eb", "#b91c1c"];

fn svg(width: f64, height: f64, title: &str, body: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"sans-serif\" \
         font-size=\"12\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/><text x=\"10\" y=\"20\" \
         font-size=\"15\">{title}</text>\n{body}</svg>\n"
    )
}

/// CPU of a request by program, a group of bars for each operation.
pub fn bars(operations: &[Operation]) -> String {
    let (mut body, mut y) = (String::new(), 40.0);
    for operation in operations {
        let _ = writeln!(
            body,
            "<text x=\"10\" y=\"{:.0}\" font-weight=\"bold\">{}</text>",
            y + 12.0,
            operation.name
        );
        for (cell, colour) in operation.cells.iter().zip(COLOURS) {
            y += 18.0;
            let (name, cost) = (&cell.program, cell.mean(|c| c.all));
            let width = 90.0 * cost.max(10.0).log10() - 80.0;
            let _ = writeln!(
                body,
                "<text x=\"20\" y=\"{:.0}\">{name}</text><rect x=\"170\" y=\"{y:.0}\" width=\"{width:.0}\" height=\"14\" \
                 fill=\"{colour}\"/><text x=\"{:.0}\" y=\"{:.0}\">{cost:.0}</text>",
                y + 12.0,
                176.0 + width,
                y + 12.0
            );
        }
        y += 28.0;
    }
    svg(760.0, y, "CPU of a request, program and PostgreSQL, µs (logarithmic)", &body)
}

/// CPU of a request by size of the table.
pub fn curves(curves: &[Curve]) -> String {
    let (mut body, place) = (String::new(), |rows: f64, cost: f64| {
        (60.0 + 170.0 * (rows.log10() - 4.0), 380.0 - 80.0 * (cost.log10() - 1.0))
    });
    for cost in [10.0, 100.0, 1e3, 1e4, 1e5] {
        let (_, y) = place(1e4, cost);
        let _ = writeln!(
            body,
            "<text x=\"5\" y=\"{y:.0}\">{cost:.0}</text><path d=\"M60 {y:.0}H400\" stroke=\"#ddd\"/>"
        );
    }
    for (n, (curve, colour)) in curves.iter().zip(COLOURS.iter().cycle()).enumerate() {
        let points: Vec<_> = curve.points.iter().map(|(rows, cost, _)| place(*rows, *cost)).collect();
        let line: Vec<_> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let (dash, y) = (if n < 6 { 0 } else { n / 6 * 3 }, 44 + 18 * n);
        let stroke = format!("stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dash}\"");
        let _ = writeln!(
            body,
            "<polyline points=\"{}\" fill=\"none\" {stroke}/><path d=\"M430 {y}h30\" {stroke}/><text x=\"466\" \
             y=\"{}\">{} ({:.2})</text>",
            line.join(" "),
            y + 4,
            curve.name,
            curve.exponent()
        );
    }
    svg(760.0, 400.0, "CPU of a request over 10 k to 1 M listings, µs, both logarithmic (exponent)", &body)
}

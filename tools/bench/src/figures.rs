//! What is measured of an operation.

use crate::http::Done;

/// CPU of a request, in microseconds.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Of the program and PostgreSQL.
    pub all: f64,
    /// Of the program alone.
    pub program: f64,
    pub done: Done,
}

/// What one program costs in one operation, by window.
#[derive(Clone, Debug)]
pub struct Cell {
    pub program: String,
    pub costs: Vec<Cost>,
}

/// An operation, and everybody who was asked for it.
#[derive(Clone, Debug)]
pub struct Operation {
    pub name: String,
    pub cells: Vec<Cell>,
}

impl Operation {
    pub fn cell(&self, program: &str) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.program == program)
    }
}

/// CPU in µs (all, the program's) by size of the table.
#[derive(Clone, Debug)]
pub struct Curve {
    pub name: String,
    pub points: Vec<(f64, f64, f64)>,
}

impl Curve {
    /// All CPU at a size.
    pub fn at(&self, rows: f64) -> Option<f64> {
        self.points.iter().find(|(size, ..)| (size - rows).abs() < 1.0).map(|(_, cost, _)| *cost)
    }

    /// The slope of log cost over log size, by least squares.
    pub fn exponent(&self) -> f64 {
        let points = self.points.iter().map(|(rows, cost, _)| (rows.ln(), cost.ln()));
        let (n, x, y) = points.clone().fold((0.0, 0.0, 0.0), |(n, x, y), p| (n + 1.0, x + p.0, y + p.1));
        let (x, y) = (x / n, y / n);
        let (up, down) = points
            .fold((0.0, 0.0), |(up, down), p| (up + (p.0 - x) * (p.1 - y), down + (p.0 - x) * (p.0 - x)));
        up / down
    }
}

impl Cell {
    /// Of all windows.
    pub fn mean(&self, of: impl Fn(&Cost) -> f64) -> f64 {
        self.costs.iter().map(of).sum::<f64>() / self.costs.iter().map(|_| 1.0).sum::<f64>()
    }
}

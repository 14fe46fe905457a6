//! A picture of peak memory against the size of a model, for the README.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::prelude::*;

/// One line: its name, and (GB of a model, MB at the peak).
pub struct Series {
    pub name: String,
    pub points: Vec<(f64, f64)>,
    /// Ours are drawn bold.
    pub ours: bool,
}

const SIZE: (u32, u32) = (760, 480);
const FONT: (&str, u32) = ("sans-serif", 15);
const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(0, 158, 115),
    RGBColor(213, 94, 0),
    RGBColor(230, 159, 0),
    RGBColor(120, 60, 130),
    RGBColor(204, 121, 167),
];

/// Writes an SVG with both axes logarithmic.
pub fn draw(path: &Path, series: &[Series]) -> Result<()> {
    // The library's errors borrow from its drawing.
    try_draw(path, series).map_err(|error| anyhow!("{}: {error}", path.display()))
}

fn try_draw(path: &Path, series: &[Series]) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::new(path, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let (sizes, peaks) = (
        range(series, |point| point.0),
        range(series, |point| point.1),
    );
    let mut chart = ChartBuilder::on(&area)
        .margin(12)
        .margin_right(24)
        .x_label_area_size(44)
        .y_label_area_size(72)
        .build_cartesian_2d(sizes.log_scale(), peaks.log_scale())?;
    chart
        .configure_mesh()
        .label_style(FONT)
        .x_desc("size of each of three BF16 models, GB")
        .y_desc("peak memory, MB")
        .x_label_formatter(&|gigabytes| format!("{gigabytes}"))
        .y_label_formatter(&|megabytes| format!("{megabytes}"))
        .light_line_style(WHITE)
        .draw()?;
    for (series, colour) in series.iter().zip(COLOURS.iter().cycle()) {
        let style = colour.stroke_width(if series.ours { 4 } else { 2 });
        let points = &series.points;
        chart
            .draw_series(LineSeries::new(points.iter().copied(), style))?
            .label(&series.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 22, y)], style));
        let dots = points
            .iter()
            .map(|&point| Circle::new(point, 4, colour.filled()));
        chart.draw_series(dots)?;
    }
    chart
        .configure_series_labels()
        // Between lines that stay and lines that grow.
        .position(SeriesLabelPosition::Coordinate(240, 200))
        .legend_area_size(28)
        .background_style(WHITE.mix(0.9))
        .label_font(FONT)
        .draw()?;
    area.present()?;
    Ok(())
}

/// All values of one axis, with room on both sides.
fn range(series: &[Series], axis: impl Fn(&(f64, f64)) -> f64) -> std::ops::Range<f64> {
    let values = series.iter().flat_map(|series| &series.points).map(axis);
    let (least, most) = values.fold((f64::INFINITY, 0.0f64), |(least, most), value| {
        (least.min(value), most.max(value))
    });
    least / 1.5..most * 1.5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_every_line_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("memory.svg");
        let line = |name: &str, ours| Series {
            name: name.to_owned(),
            points: vec![(1.0, 40.0), (10.0, 41.0)],
            ours,
        };
        draw(&path, &[line("chat-vector", true), line("mergekit", false)]).unwrap();
        let svg = std::fs::read_to_string(&path).unwrap();
        assert!(svg.contains("chat-vector") && svg.contains("mergekit"));
        assert_eq!(svg.matches("<circle").count(), 4, "{svg}");
    }
}

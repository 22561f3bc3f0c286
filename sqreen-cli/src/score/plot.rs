//! The scores as a picture: what got through of each kind of attack, how soon it was found, and what the risk of a login
//! tells of those who come with the right password.

use std::path::Path;
use std::sync::Once;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::register_font;
use thiserror::Error;

use super::card::{AttackScore, Card};

/// Width and height, in pixels.
const SIZE: (u32, u32) = (1_000, 1_120);
/// Of it, what the bars take.
const BARS: u32 = 720;

const FONT: &str = "sans-serif";

const ATTEMPTED: RGBColor = RGBColor(0xC9, 0xCF, 0xD6);
const THROUGH: RGBColor = RGBColor(0xC2, 0x41, 0x0C);
const FOUND: RGBColor = RGBColor(0x1D, 0x4E, 0xD8);

/// Why there is no picture.
#[derive(Debug, Error)]
#[error("the plot cannot be drawn: {0}")]
pub struct PlotError(String);

/// The picture as SVG.
///
/// # Errors
///
/// Where it cannot be drawn.
pub fn svg(card: &Card) -> Result<String, PlotError> {
    let mut text = String::new();
    draw(
        &SVGBackend::with_string(&mut text, SIZE).into_drawing_area(),
        card,
    )?;
    Ok(text)
}

/// The picture as a PNG file.
///
/// # Errors
///
/// Where it cannot be drawn, or the file cannot be written.
pub fn png(card: &Card, path: &Path) -> Result<(), PlotError> {
    draw(&BitMapBackend::new(path, SIZE).into_drawing_area(), card)
}

type Area<B> = DrawingArea<B, Shift>;

fn draw<B: DrawingBackend>(area: &Area<B>, card: &Card) -> Result<(), PlotError> {
    with_font();
    draw_on(area, card).map_err(|error| PlotError(error.to_string()))
}

/// The same font wherever it is drawn. Registering it a second time would do nothing.
fn with_font() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // It is a font: the test that draws would not find one otherwise.
        let _ = register_font(FONT, FontStyle::Normal, dejavu::sans::regular());
    });
}

fn draw_on<B: DrawingBackend>(
    area: &Area<B>,
    card: &Card,
) -> Result<(), DrawingAreaErrorKind<B::ErrorType>> {
    area.fill(&WHITE)?;
    let (bars_of, below) = area.split_vertically(BARS);
    let (left, right) = bars_of.split_horizontally(620);
    let scores = &card.attacks;
    bars(
        &left,
        "Attempts, and what of them got through",
        180,
        scores,
        &[
            (ATTEMPTED, &|score| score.events),
            (THROUGH, &|score| score.through),
        ],
    )?;
    bars(
        &right,
        "Events until half were found",
        10,
        scores,
        &[(FOUND, &|score| {
            score.median_found_after().unwrap_or_default()
        })],
    )?;
    risk(&below, card)?;
    area.present()
}

/// The fewest logins of a kind of attack that make a line.
const LINE: u64 = 10;

/// For each score, how many honest logins and how many of attackers are above it: what asking for a second proof there
/// would cost, and what it would stop.
fn risk<B: DrawingBackend>(
    area: &Area<B>,
    card: &Card,
) -> Result<(), DrawingAreaErrorKind<B::ErrorType>> {
    let mut chart = ChartBuilder::on(area)
        .caption(
            "Logins above each risk, in per cent: of honest people, and of attackers",
            (FONT, 18),
        )
        .margin(12)
        .x_label_area_size(36)
        .y_label_area_size(44)
        .build_cartesian_2d((0.01..100.0).log_scale(), 0.0..100.0)?;
    chart
        .configure_mesh()
        .x_label_formatter(&|value| format!("{value}"))
        .x_label_style((FONT, 12))
        .y_label_style((FONT, 12))
        .light_line_style(TRANSPARENT)
        .draw()?;
    let judged = card
        .attacks
        .iter()
        .filter(|score| score.risk.logins() >= LINE);
    for (n, score) in judged.enumerate() {
        let color = Palette99::pick(n).to_rgba();
        let points = (0..=100_u8).map(|above| {
            let honest = card.honest_risk.per_cent_above(above);
            (honest.max(0.01), score.risk.per_cent_above(above))
        });
        chart
            .draw_series(LineSeries::new(points, color.stroke_width(2)))?
            .label(score.kind.name())
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], color.stroke_width(2)));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .label_font((FONT, 12))
        .border_style(BLACK.mix(0.2))
        .background_style(WHITE)
        .draw()
}

type Figure<'a> = (RGBColor, &'a dyn Fn(&AttackScore) -> u64);

/// One bar over the other for each kind of attack, on a logarithmic scale.
#[allow(clippy::cast_precision_loss, reason = "a picture")]
fn bars<B: DrawingBackend>(
    area: &Area<B>,
    title: &str,
    names: u32,
    scores: &[AttackScore],
    figures: &[Figure<'_>],
) -> Result<(), DrawingAreaErrorKind<B::ErrorType>> {
    let rows = scores.len();
    let figure = |score: &AttackScore| figures.iter().map(|(_, of)| of(score)).max();
    let most = scores.iter().filter_map(figure).max().unwrap_or(1).max(10) as f64;
    let mut chart = ChartBuilder::on(area)
        .caption(title, (FONT, 18))
        .margin(12)
        .x_label_area_size(36)
        .y_label_area_size(names)
        .build_cartesian_2d((0.5..most * 2.0).log_scale(), 0.0..rows as f64)?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .disable_y_axis()
        .y_labels(0)
        .x_labels(6)
        .x_label_formatter(&|value| format!("{value:.0}"))
        .x_label_style((FONT, 12))
        .light_line_style(TRANSPARENT)
        .draw()?;
    for (row, score) in scores.iter().enumerate() {
        let bottom = (rows - 1 - row) as f64;
        for (color, of) in figures {
            let value = of(score) as f64;
            if value > 0.0 {
                let corners = [(0.5, bottom + 0.2), (value.max(0.6), bottom + 0.8)];
                chart.draw_series([Rectangle::new(corners, color.filled())])?;
            }
        }
        if names > 100 {
            let place = chart.backend_coord(&(0.5, bottom + 0.5));
            let (x, y) = (place.0 - area.get_pixel_range().0.start, place.1);
            let style =
                (FONT, 13)
                    .into_font()
                    .color(&BLACK)
                    .pos(plotters::style::text_anchor::Pos::new(
                        plotters::style::text_anchor::HPos::Right,
                        plotters::style::text_anchor::VPos::Center,
                    ));
            area.draw(&Text::new(score.kind.name(), (x - 8, y), style))?;
        }
    }
    Ok(())
}

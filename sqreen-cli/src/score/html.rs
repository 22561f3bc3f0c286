//! The scores as one HTML file, with nothing in it that is loaded from elsewhere.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::card::{AttackScore, Card};
use super::plot::{PlotError, svg};
use super::report::{ABOVE, ATTACKS, PLAYBOOKS, attack_cells, honest_rows, risk_rows};
use crate::table::thousands;

const STYLE: &str = "\
body { font: 15px/1.5 system-ui, sans-serif; max-width: 78rem; margin: 2rem auto; padding: 0 1rem; color: #1a202c }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin-top: 2rem }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .3rem .8rem .3rem 0; text-align: right; border-bottom: 1px solid #e2e8f0; vertical-align: top }
td { white-space: nowrap }
th { font-weight: 600; color: #4a5568 } th:first-child, td:first-child { text-align: left }
.missed { color: #c2410c; font-weight: 600 } svg { max-width: 100%; height: auto }
p { color: #4a5568 }";

/// The page. `about` says which policy was scored on what.
///
/// # Errors
///
/// Where its plot cannot be drawn.
pub fn html(card: &Card, about: &str) -> Result<String, PlotError> {
    let plot = svg(card)?;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Scores of a policy" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { "Scores of a policy" }
                p { (about) }
                h2 { "At a glance" }
                (PreEscaped(plot))
                h2 { "Attacks" }
                (attacks(&card.attacks))
                h2 { "Honest people" }
                table {
                    @for (name, figure) in honest_rows(&card.honest) {
                        tr { td { (name) } td { (figure) } }
                    }
                }
                h2 { "Risk of successful logins" }
                table {
                    tr { th { "of" } th { "logins" } @for score in ABOVE { th { "above " (score) } } }
                    @for cells in risk_rows(card) {
                        tr { @for cell in cells { td { (cell) } } }
                    }
                }
                h2 { "Playbooks" }
                table {
                    tr { @for heading in PLAYBOOKS { th { (heading) } } }
                    @for (playbook, (right, wrong)) in card.playbooks() {
                        tr { td { (playbook) } td { (thousands(right)) } td { (thousands(wrong)) } }
                    }
                }
            }
        }
    };
    Ok(page.into_string())
}

fn attacks(scores: &[AttackScore]) -> Markup {
    html! {
        table {
            tr { @for heading in ATTACKS { th { (heading) } } }
            @for score in scores {
                tr {
                    @for (n, cell) in attack_cells(score).into_iter().enumerate() {
                        @if n == 1 && score.found < score.campaigns {
                            td.missed { (cell) }
                        } @else if n == 0 {
                            td title=(score.kind.about()) { (cell) }
                        } @else {
                            td { (cell) }
                        }
                    }
                }
            }
        }
    }
}

//! A tea tin, drawn from the two colours of a product.

use maud::{Markup, html};

use crate::catalog::Product;

pub(crate) fn tin(product: &Product) -> Markup {
    let Product {
        tin, leaf, name, ..
    } = product;
    html! {
        svg.tin viewBox="0 0 200 200" role="img" aria-label={ "A tin of " (name) } {
            // Wider than the picture, for frames that are.
            rect x="-200" width="600" height="200" fill=(leaf) {}
            ellipse cx="100" cy="172" rx="56" ry="9" fill="#000" opacity=".12" {}
            rect x="52" y="58" width="96" height="112" rx="8" fill=(tin) {}
            rect x="52" y="58" width="14" height="112" rx="7" fill="#fff" opacity=".13" {}
            rect x="46" y="36" width="108" height="26" rx="7" fill=(tin) {}
            rect x="46" y="36" width="108" height="26" rx="7" fill="#000" opacity=".16" {}
            circle cx="100" cy="116" r="31" fill=(leaf) {}
            path fill=(tin) d="M119 97c-20-1-35 8-35 23 0 4 1 7 3 9 5-10 12-17 21-21-8 6-14 13-19 24l4 2 3-6c16 2 24-11 23-31Z" {}
        }
    }
}

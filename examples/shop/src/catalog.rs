//! What the shop sells. The only place that knows products and prices.

/// A tea, and the two colours of its tin.
#[derive(Debug)]
pub(crate) struct Product {
    pub(crate) slug: &'static str,
    pub(crate) name: &'static str,
    pub(crate) origin: &'static str,
    pub(crate) about: &'static str,
    pub(crate) grams: u32,
    pub(crate) cents: u32,
    pub(crate) tin: &'static str,
    pub(crate) leaf: &'static str,
}

impl Product {
    pub(crate) fn find(slug: &str) -> Option<&'static Product> {
        PRODUCTS.iter().find(|product| product.slug == slug)
    }

    pub(crate) fn price(&self) -> String {
        price(self.cents)
    }
}

pub(crate) fn price(cents: u32) -> String {
    format!("€ {}.{:02}", cents / 100, cents % 100)
}

pub(crate) static PRODUCTS: [Product; 6] = [
    Product {
        slug: "first-flush",
        name: "First Flush",
        origin: "Darjeeling, spring",
        about: "Picked in March, when the leaf is small and the air is cold. Light, floral, gone by May.",
        grams: 80,
        cents: 1450,
        tin: "#2f5d50",
        leaf: "#cfe3c4",
    },
    Product {
        slug: "smoke-house",
        name: "Smoke House",
        origin: "Wuyi, dried over pine",
        about: "A campfire in a cup. Stands up to milk, to rain, and to a long night on call.",
        grams: 100,
        cents: 1190,
        tin: "#4a3b35",
        leaf: "#e0b089",
    },
    Product {
        slug: "shaded-green",
        name: "Shaded Green",
        origin: "Uji, weeks in the dark",
        about: "Grown under straw for its sweetness. Sixty degrees, no hotter, and a little patience.",
        grams: 60,
        cents: 1890,
        tin: "#3f7347",
        leaf: "#e7efb5",
    },
    Product {
        slug: "iron-goddess",
        name: "Iron Goddess",
        origin: "Anxi, rolled by hand",
        about: "An oolong that opens slowly: orchid first, toasted grain after. Good for seven infusions.",
        grams: 75,
        cents: 1620,
        tin: "#385072",
        leaf: "#c9d8ea",
    },
    Product {
        slug: "blood-orange",
        name: "Blood Orange",
        origin: "Sicily, with rooibos",
        about: "Dried peel, red bush, nothing else. No caffeine, so it can be the last cup of the day.",
        grams: 90,
        cents: 980,
        tin: "#a8452f",
        leaf: "#f6d3a8",
    },
    Product {
        slug: "night-mint",
        name: "Night Mint",
        origin: "Our own garden",
        about: "Peppermint cut after sunset, when the oil is strongest. We cannot prove that, but we like it.",
        grams: 50,
        cents: 760,
        tin: "#2a4658",
        leaf: "#a9dccb",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_has_two_digits_of_cents() {
        assert_eq!(price(1405), "€ 14.05");
    }

    #[test]
    fn no_two_products_share_a_slug() {
        for product in &PRODUCTS {
            assert!(std::ptr::eq(Product::find(product.slug).unwrap(), product));
        }
    }
}

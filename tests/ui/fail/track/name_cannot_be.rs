#[sqreen::track("sq.login")]
pub fn reserved() {}

#[sqreen::track("")]
pub fn empty() {}

#[sqreen::track("a name has at most one hundred and twenty-eight bytes, which is more than anybody needs who says what happened, and this has more")]
pub fn long() {}

#[sqreen::track("sold", "shipped")]
pub fn two() {}

fn main() {}

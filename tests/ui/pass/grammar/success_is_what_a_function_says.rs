//! `success = path`: of a function, a method, a generic one; the type of its argument needs no saying.
#![deny(warnings)]
#![forbid(unsafe_code)]

#[derive(Debug, PartialEq)]
struct Page {
    status: u16,
}

impl Page {
    fn is_welcome(&self) -> bool {
        self.status < 400
    }
}

trait Status {
    fn fine(&self) -> bool;
}

impl Status for Page {
    fn fine(&self) -> bool {
        self.is_welcome()
    }
}

mod judge {
    pub(crate) fn page(page: &super::Page) -> bool {
        page.is_welcome()
    }

    pub(crate) fn anything<T>(_: &T) -> bool {
        true
    }
}

#[sqreen::track_auth(success = Page::is_welcome)]
async fn by_method(email: &str) -> Page {
    Page { status: 200 + email.len() as u16 }
}

#[sqreen::track_auth(success = judge::page)]
fn by_function(email: &str) -> Page {
    Page { status: 400 + email.len() as u16 }
}

#[sqreen::track_auth(success = judge::anything)]
fn by_generic_function(email: &str) -> Page {
    Page { status: 400 + email.len() as u16 }
}

#[sqreen::track_auth(success = Status::fine)]
fn by_trait(email: &str) -> Page {
    Page { status: 400 + email.len() as u16 }
}

#[sqreen::track_auth(success = <Page as Status>::fine)]
fn by_qualified_path(email: &str) -> Page {
    Page { status: 400 + email.len() as u16 }
}

#[sqreen::track_auth(success = Result::is_ok)]
fn by_the_standard_library(email: &str) -> Result<Page, ()> {
    Ok(Page { status: 400 + email.len() as u16 })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(by_method("a").await, Page { status: 201 });
    for page in [by_function("a"), by_generic_function("a"), by_trait("a"), by_qualified_path("a")] {
        assert_eq!(page, Page { status: 401 });
    }
    assert!(by_the_standard_library("a").is_ok());
}

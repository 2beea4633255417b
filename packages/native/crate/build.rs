//! Prepares linking with Node, and compiles in the version of the npm package.

use std::fs;

const PACKAGE: &str = "../package.json";

fn main() {
    napi_build::setup();
    println!("cargo::rerun-if-changed={PACKAGE}");
    println!("cargo::rustc-env=PACKAGE_VERSION={}", package_version());
}

/// Releases set the version of the npm package only. In its first lines, nothing else has this name.
fn package_version() -> String {
    let manifest = fs::read_to_string(PACKAGE).expect("the package.json beside the crate");
    let (_, rest) = manifest
        .split_once("\"version\": \"")
        .expect("a version in package.json");
    let (version, _) = rest
        .split_once('"')
        .expect("the end of the version in package.json");
    version.to_owned()
}

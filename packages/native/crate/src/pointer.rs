//! Whether a file begins like a pointer to content that is kept elsewhere, as by Git LFS. What it is exactly is decided in
//! TypeScript, by reading the few files again that begin like one.

/// Git LFS takes no larger file for a pointer.
pub const MAX_BYTES: u64 = 1024;

const BEGINNINGS: [&[u8]; 6] = [
    b"version https://",
    b"version http://",
    b"# xet version ",
    b"/annex/objects/",
    b".git/annex/",
    b"../",
];

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

pub fn begins_like_pointer(content: &[u8]) -> bool {
    let text = content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(content);
    let text = &text[text
        .iter()
        .take_while(|byte| matches!(byte, b'\n' | b'\r' | b' '))
        .count()..];
    BEGINNINGS
        .iter()
        .any(|beginning| text.starts_with(beginning))
}

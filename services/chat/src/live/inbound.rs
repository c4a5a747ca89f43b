//! The bytes of a client on their way to the frames. A frame declares its length before it is sent, and `actix-http` keeps
//! whatever comes until that much is there; only then it compares the length with the limit. Here the declaration is read first:
//! what is too long ends the stream before anything of it is kept.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    error::PayloadError,
    web::{self, Bytes},
};
use futures_util::Stream;

/// The largest message that says who it is, before anything else is taken.
const FIRST: u64 = 4 * 1024;

/// The largest message of one frame or several.
pub(super) const MAX_MESSAGE: usize = 64 * 1024;

/// `body`, which ends with an error at the header of a frame that makes a message too long.
///
/// # Errors
/// None; the signature is the extractor's.
pub(super) async fn bounded(
    request: &HttpRequest,
    body: web::Payload,
) -> Result<web::Payload, actix_web::Error> {
    let stream: Pin<Box<dyn Stream<Item = _>>> =
        Box::pin(Bounded { body: body.into_inner(), declared: Declared::default() });
    let mut payload = Payload::Stream { payload: stream };
    web::Payload::from_request(request, &mut payload).await
}

struct Bounded {
    body: Payload,
    declared: Declared,
}

impl Stream for Bounded {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let chunk = std::task::ready!(Pin::new(&mut self.body).poll_next(cx));
        Poll::Ready(chunk.map(|chunk| match chunk {
            Ok(chunk) if self.declared.fits(&chunk) => Ok(chunk),
            Ok(_) => Err(PayloadError::Overflow),
            Err(error) => Err(error),
        }))
    }
}

/// What the headers of the frames that went by have declared (RFC 6455, section 5.2).
#[derive(Debug, Default)]
struct Declared {
    next: Next,
    /// The frame under way is the last one of its message.
    is_last: bool,
    is_control: bool,
    /// A message has come to its end.
    had_first: bool,
    /// Of the frames of this message so far.
    message: u64,
}

/// What the next byte is.
#[derive(Clone, Copy, Debug, Default)]
enum Next {
    /// FIN and opcode.
    #[default]
    Kind,
    /// Whether there is a mask, and a short length.
    Short,
    /// One of `left` bytes of a longer length.
    Long { left: u8, so_far: u64, mask: u64 },
    /// One of `left` bytes of mask and payload.
    Rest { left: u64 },
}

impl Declared {
    /// Whether no frame that begins in `chunk` makes a message too long.
    fn fits(&mut self, mut chunk: &[u8]) -> bool {
        loop {
            if let Next::Rest { left } = self.next {
                let here = usize::try_from(left).unwrap_or(usize::MAX).min(chunk.len());
                chunk = chunk.get(here..).unwrap_or_default();
                let left = left - u64::try_from(here).unwrap_or(0);
                self.next = if left == 0 { Next::Kind } else { Next::Rest { left } };
            }
            let Some((byte, rest)) = chunk.split_first() else { return true };
            if matches!(self.next, Next::Rest { .. }) {
                continue;
            }
            chunk = rest;
            if !self.header(*byte) {
                return false;
            }
        }
    }

    /// Takes a byte of a header; false when it declares too much.
    fn header(&mut self, byte: u8) -> bool {
        self.next = match self.next {
            Next::Kind => {
                (self.is_last, self.is_control) = (byte & 0x80 != 0, byte & 0x08 != 0);
                Next::Short
            }
            Next::Short => {
                let mask = if byte & 0x80 == 0 { 0 } else { 4 };
                match byte & 0x7f {
                    126 => Next::Long { left: 2, so_far: 0, mask },
                    127 => Next::Long { left: 8, so_far: 0, mask },
                    short => return self.declares(short.into(), mask),
                }
            }
            Next::Long { left, so_far, mask } => {
                let so_far = so_far << 8 | u64::from(byte);
                match left - 1 {
                    0 => return self.declares(so_far, mask),
                    left => Next::Long { left, so_far, mask },
                }
            }
            Next::Rest { left } => Next::Rest { left },
        };
        true
    }

    /// A whole header was read.
    fn declares(&mut self, length: u64, mask: u64) -> bool {
        let limit = if self.had_first { MAX_MESSAGE.try_into().unwrap_or(FIRST) } else { FIRST };
        let message = if self.is_control { length } else { self.message.saturating_add(length) };
        if !self.is_control {
            self.message = if self.is_last { 0 } else { message };
            self.had_first |= self.is_last;
        }
        self.next = match length.saturating_add(mask) {
            0 => Next::Kind,
            left => Next::Rest { left },
        };
        message <= limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIN_TEXT: u8 = 0x81;
    const TEXT: u8 = 0x01;
    const FIN_CONTINUATION: u8 = 0x80;
    const PING: u8 = 0x89;

    /// A masked frame with so many bytes.
    fn frame(kind: u8, length: usize) -> Vec<u8> {
        let mut frame = vec![kind];
        match length {
            0..126 => frame.push(0x80 | u8::try_from(length).unwrap()),
            126..65_536 => {
                frame.push(0xfe);
                frame.extend(u16::try_from(length).unwrap().to_be_bytes());
            }
            _ => {
                frame.push(0xff);
                frame.extend(u64::try_from(length).unwrap().to_be_bytes());
            }
        }
        frame.extend([0; 4]);
        frame.resize(frame.len() + length, 0x81);
        frame
    }

    fn fits(frames: &[Vec<u8>], chunk: usize) -> bool {
        let mut declared = Declared::default();
        frames.concat().chunks(chunk).all(|chunk| declared.fits(chunk))
    }

    #[test]
    fn a_message_fits_however_it_arrives_and_one_byte_more_does_not() {
        let first = frame(FIN_TEXT, 4096);
        for chunk in [1, 2, 3, 7, 64, 1000, 100_000] {
            assert!(fits(&[frame(PING, 125), first.clone(), frame(FIN_TEXT, 0)], chunk));
            assert!(!fits(&[frame(FIN_TEXT, 4097)], chunk));
            assert!(!fits(&[frame(TEXT, 4000), frame(PING, 5), frame(FIN_CONTINUATION, 97)], chunk));
            assert!(fits(&[first.clone(), frame(FIN_TEXT, 65_536), frame(FIN_TEXT, 65_536)], chunk));
            assert!(!fits(&[first.clone(), frame(FIN_TEXT, 65_537)], chunk));
            let parts = [first.clone(), frame(TEXT, 65_000), frame(PING, 125), frame(FIN_CONTINUATION, 537)];
            assert!(!fits(&parts, chunk));
        }
    }

    #[test]
    fn a_declaration_is_refused_before_anything_of_it_came() {
        for length in [1 << 40, u64::MAX, 5000] {
            let mut header = vec![FIN_TEXT, 0xff];
            header.extend(length.to_be_bytes());
            assert!(!Declared::default().fits(&header));
        }
    }
}

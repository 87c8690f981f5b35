// zlib, with the macros that begin a raw deflate stream as functions. RFC 1951.
#ifndef PORTICO_CZLIB_H
#define PORTICO_CZLIB_H
#include <zlib.h>

// A negative windowBits is zlib's word for no header and no checksum around the data.
static inline int portico_deflate_begin(z_stream *stream, int level, int window_bits, int memory_level) {
    return deflateInit2(stream, level, Z_DEFLATED, -window_bits, memory_level, Z_DEFAULT_STRATEGY);
}
static inline int portico_inflate_begin(z_stream *stream) { return inflateInit2(stream, -15); }

// With the header and the checksum of a gzip file around the data: 16 more is zlib's word for it. RFC 1952.
static inline int portico_gzip_begin(z_stream *stream) {
    return deflateInit2(stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}
static inline int portico_gunzip_begin(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
#endif

/* The twin of `portico bench mime`: the same messages through GMime, for the ratio that Interop/bench/mime prints.
 *
 *     gmime SECONDS messages FOLDER     every file below FOLDER is a message
 *     gmime SECONDS mbox FILE           FILE is an mbox
 *     gmime SECONDS base64decode -      base64 in lines of 76, as `portico bench mime` makes it; base64encode: the other way
 *     gmime SECONDS header FOLDER       the headers alone of every file below FOLDER, one after the other
 *
 * Each is gone through again and again for about SECONDS, all in memory; one line is printed, like those of `portico bench mime`.
 */
#define _GNU_SOURCE
#include <ftw.h>
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct file { GByteArray *octets; };
static struct file *files;
static size_t file_count, total;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void add(GByteArray *octets) {
    files = realloc(files, (file_count + 1) * sizeof *files);
    files[file_count++].octets = octets;
    total += octets->len;
}

static void read_file(const char *path) {
    gchar *content;
    gsize length;
    if (!g_file_get_contents(path, &content, &length, NULL)) { perror(path); exit(1); }
    add(g_byte_array_new_take((guint8 *)content, length));
}

static int visit(const char *path, const struct stat *info, int kind, struct FTW *place) {
    (void)info, (void)place;
    if (kind == FTW_F) read_file(path);
    return 0;
}

static GMimeParser *parser_on(GByteArray *octets, GMimeFormat format) {
    GMimeStream *stream = g_mime_stream_mem_new();
    g_mime_stream_mem_set_byte_array((GMimeStreamMem *)stream, octets);
    g_mime_stream_mem_set_owner((GMimeStreamMem *)stream, FALSE);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    g_mime_parser_set_format(parser, format);
    g_object_unref(stream);
    return parser;
}

static size_t parse(GByteArray *octets, GMimeFormat format) {
    size_t count = 0;
    GMimeParser *parser = parser_on(octets, format);
    do {
        GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
        if (!message) break;
        count++;
        g_object_unref(message);
    } while (format == GMIME_FORMAT_MBOX && !g_mime_parser_eos(parser));
    g_object_unref(parser);
    return count;
}

/* The same octets as MIMEBench.noise. */
static GByteArray *noise(guint count) {
    GByteArray *octets = g_byte_array_sized_new(count);
    guint64 state = 1;
    for (guint i = 0; i < count; i++) {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        guint8 octet = (state * 2685821657736338717ULL) >> 56;
        g_byte_array_append(octets, &octet, 1);
    }
    return octets;
}

static GByteArray *in_lines(GByteArray *octets) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    GByteArray *text = g_byte_array_sized_new(octets->len / 57 * 78 + 100);
    for (guint i = 0; i < octets->len; i += 3) {
        guint left = octets->len - i;
        guint32 bits = octets->data[i] << 16 | (left > 1 ? octets->data[i + 1] << 8 : 0) | (left > 2 ? octets->data[i + 2] : 0);
        char group[4] = {letters[bits >> 18], letters[bits >> 12 & 63], left > 1 ? letters[bits >> 6 & 63] : '=',
                         left > 2 ? letters[bits & 63] : '='};
        g_byte_array_append(text, (guint8 *)group, 4);
        if (i % 57 == 54 || left <= 3) g_byte_array_append(text, (guint8 *)"\r\n", 2);
    }
    return text;
}

static size_t recode(GByteArray *octets, gboolean is_decoding) {
    static char *output;
    if (!output) output = malloc(octets->len * 2 + 16);
    GMimeEncoding state;
    if (is_decoding) g_mime_encoding_init_decode(&state, GMIME_CONTENT_ENCODING_BASE64);
    else g_mime_encoding_init_encode(&state, GMIME_CONTENT_ENCODING_BASE64);
    size_t count = g_mime_encoding_step(&state, (const char *)octets->data, octets->len, output);
    return count + g_mime_encoding_flush(&state, NULL, 0, output + count);
}


/* The part is the message without its body, so nothing but its header is parsed. */
static void cut_to_header(GByteArray *octets) {
    for (guint i = 0; i + 1 < octets->len; i++) {
        if (octets->data[i] != '\n') continue;
        guint next = octets->data[i + 1] == '\r' ? i + 2 : i + 1;
        if (next < octets->len && octets->data[next] == '\n') { g_byte_array_set_size(octets, next + 1); return; }
    }
}

int main(int count, char **words) {
    if (count != 4) return 2;
    double seconds = atof(words[1]);
    const char *what = words[2];
    g_mime_init();
    if (!strcmp(what, "messages") || !strcmp(what, "header")) nftw(words[3], visit, 32, FTW_PHYS);
    else if (!strcmp(what, "mbox")) read_file(words[3]);
    else if (!strcmp(what, "base64encode")) add(noise(12 << 20));
    else if (!strcmp(what, "base64decode")) add(in_lines(noise(12 << 20)));
    else return 2;
    if (!strcmp(what, "header")) {
        total = 0;
        for (size_t i = 0; i < file_count; i++) { cut_to_header(files[i].octets); total += files[i].octets->len; }
    }
    size_t rounds = 0, found = 0;
    double start = now(), end;
    do {
        found = 0;
        for (size_t i = 0; i < file_count; i++) {
            if (!strncmp(what, "base64", 6)) found += recode(files[i].octets, !strcmp(what, "base64decode"));
            else found += parse(files[i].octets, !strcmp(what, "mbox") ? GMIME_FORMAT_MBOX : GMIME_FORMAT_MESSAGE);
        }
        rounds++;
        end = now();
    } while (end - start < seconds);
    printf("%s octets=%zu rounds=%zu MB/s=%.0f found=%zu\n", what, total, rounds, total * rounds / (end - start) / 1e6, found);
    return 0;
}

/* How many commands a second an IMAP server answers, asked by a client that is no bottleneck itself.
 *
 *   rate PORT CONNECTIONS SECONDS MESSAGES COMMAND... [-- COMMAND...]
 *
 * Each connection sends the commands before `--` once, then those after it again and again, each when the one before was
 * answered. Without `--` it closes after its commands and connects again: then a session is what is counted. `%` in a
 * command stands for a message's number chosen at random. Answers are recognised by a line that begins with the tag:
 * what is fetched must have no such line. Prints `rate=R p50=MICROSECONDS p99=MICROSECONDS`; ends with 1 if anything is
 * answered by another word than OK. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { most_connections = 1000, most_samples = 1 << 22 };

struct connection {
    int socket;
    int next;        /* the command that is answered next; -1 waits for the greeting */
    double began;    /* when the loop, or the session, began */
    size_t held;     /* octets of `line` */
    char line[128];  /* the beginning of a line that is not whole yet: enough for a tag and a word */
};

static struct connection connections[most_connections];
static struct pollfd waits[most_connections];
static float *samples;
static size_t sample_count, done_count;
static char **commands;
static int once_count, command_count, port;
static unsigned messages;
static uint64_t random_state = 88172645463325252ull;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what, const char *detail) {
    fprintf(stderr, "%s: %s\n", what, detail);
    exit(1);
}

static unsigned random_message(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % messages + 1;
}

static void open_connection(struct connection *c) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int one = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->socket = socket(AF_INET, SOCK_STREAM, 0);
    if (c->socket < 0 || connect(c->socket, (struct sockaddr *)&address, sizeof address) < 0)
        fail("connect", strerror(errno));
    setsockopt(c->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    c->next = -1;
    c->held = 0;
    c->began = now();
}

static void send_command(struct connection *c) {
    char text[1024];
    size_t length = 0;
    text[length++] = 'x';
    text[length++] = ' ';
    for (const char *p = commands[c->next]; *p && length < sizeof text - 16; p++) {
        if (*p == '%')
            length += sprintf(text + length, "%u", random_message());
        else
            text[length++] = *p;
    }
    memcpy(text + length, "\r\n", 2);
    length += 2;
    if (send(c->socket, text, length, MSG_NOSIGNAL) != (ssize_t)length) fail("send", strerror(errno));
}

static void note_done(struct connection *c) {
    double t = now();
    done_count++;
    if (sample_count < most_samples) samples[sample_count++] = (t - c->began) * 1e6;
    c->began = t;
}

/* A command was answered, or the greeting came: on to the next. */
static void advance(struct connection *c) {
    c->next++;
    if (c->next == command_count) {
        if (command_count > once_count) {
            note_done(c);
            c->next = once_count;
        } else {
            note_done(c);
            close(c->socket);
            open_connection(c);
            return;
        }
    } else if (c->next == once_count) {
        c->began = now();
    }
    send_command(c);
}

static void take_line(struct connection *c) {
    if (c->next < 0 ? c->line[0] == '*' : strncmp(c->line, "x ", 2) == 0) {
        c->line[c->held < sizeof c->line ? c->held : sizeof c->line - 1] = 0;
        if (strncmp(c->line + 2, "OK", 2)) fail("not OK", c->line);
        advance(c);
    }
}

static void read_some(struct connection *c) {
    static char buffer[1 << 18];
    ssize_t count = recv(c->socket, buffer, sizeof buffer, 0);
    if (count <= 0) fail("recv", count ? strerror(errno) : "closed");
    int socket = c->socket;
    for (char *p = buffer, *end = buffer + count; p < end;) {
        char *line_end = memchr(p, '\n', end - p);
        size_t length = (line_end ? line_end + 1 : end) - p, room = sizeof c->line - c->held;
        size_t kept = length < room ? length : room;
        memcpy(c->line + c->held, p, kept);
        c->held += kept;
        p += length;
        if (!line_end) break;
        take_line(c);
        c->held = 0;
        if (c->socket != socket) break;
    }
}

static int compare(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

int main(int count, char **words) {
    if (count < 6) fail("usage", "rate PORT CONNECTIONS SECONDS MESSAGES COMMAND... [-- COMMAND...]");
    port = atoi(words[1]);
    int wanted = atoi(words[2]);
    double seconds = atof(words[3]);
    messages = atoi(words[4]) > 0 ? atoi(words[4]) : 1;
    if (wanted < 1 || wanted > most_connections) fail("usage", "1 to 1000 connections");
    commands = words + 5;
    once_count = -1;
    for (int i = 5; i < count; i++) {
        if (!strcmp(words[i], "--") && once_count < 0)
            once_count = command_count;
        else
            commands[command_count++] = words[i];
    }
    if (once_count < 0) once_count = command_count;
    samples = malloc(most_samples * sizeof *samples);
    for (int i = 0; i < wanted; i++) open_connection(&connections[i]);
    double start = now(), end = start + seconds;
    while (now() < end) {
        for (int i = 0; i < wanted; i++) waits[i] = (struct pollfd){.fd = connections[i].socket, .events = POLLIN};
        if (poll(waits, wanted, 100) < 0) fail("poll", strerror(errno));
        for (int i = 0; i < wanted; i++)
            if (waits[i].revents) read_some(&connections[i]);
    }
    double took = now() - start;
    if (!sample_count) fail("nothing was answered", "in time");
    qsort(samples, sample_count, sizeof *samples, compare);
    printf("rate=%.1f p50=%.0f p99=%.0f\n", done_count / took, samples[sample_count / 2],
           samples[sample_count * 99 / 100]);
    return 0;
}

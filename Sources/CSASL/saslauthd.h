// Asks saslauthd about a password. The library's own way of asking waits for ever for an answer.
#ifndef PORTICO_CSASL_SASLAUTHD_H
#define PORTICO_CSASL_SASLAUTHD_H
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static inline long long portico_saslauthd_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

// Waits until the socket is ready; 0 when the time is over.
static inline int portico_saslauthd_wait(int socket, short events, long long end) {
    while (1) {
        long long left = end - portico_saslauthd_now();
        struct pollfd one = {socket, events, 0};
        int ready = left > 0 ? poll(&one, 1, (int)left) : 0;
        if (ready < 0 && errno == EINTR) continue;
        return ready > 0;
    }
}

// Sends `request` to the socket at `path` and reads the answer, for `seconds` at most. 1: the password is right, 0: it is
// not, -1: there is no answer.
static inline int portico_saslauthd_ask(const char *path, const unsigned char *request, size_t count, int seconds) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    unsigned char answer[4];
    size_t done = 0;
    int result = -1;
    long long end = portico_saslauthd_now() + seconds * 1000LL;
    if (strlen(path) >= sizeof address.sun_path) return -1;
    strcpy(address.sun_path, path);
    int line = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (line < 0) return -1;
    // A queue that is full says EAGAIN: then there is no answer either.
    if (connect(line, (struct sockaddr *)&address, sizeof address) != 0) goto over;
    while (done < count) {
        if (!portico_saslauthd_wait(line, POLLOUT, end)) goto over;
        ssize_t sent = send(line, request + done, count - done, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) goto over;
        if (sent > 0) done += (size_t)sent;
    }
    // A count of two octets, then OK or NO and perhaps a reason, which nobody needs.
    for (done = 0; done < sizeof answer;) {
        if (!portico_saslauthd_wait(line, POLLIN, end)) goto over;
        ssize_t received = recv(line, answer + done, sizeof answer - done, 0);
        if (received == 0 || (received < 0 && errno != EAGAIN && errno != EINTR)) goto over;
        if (received > 0) done += (size_t)received;
    }
    if (answer[2] == 'O' && answer[3] == 'K') result = 1;
    if (answer[2] == 'N' && answer[3] == 'O') result = 0;
over:
    close(line);
    return result;
}
#endif

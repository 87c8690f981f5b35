// Sockets and epoll without their casts: every function that can fail returns the negated errno.
#ifndef PORTICO_CSYSTEM_SOCKETS_H
#define PORTICO_CSYSTEM_SOCKETS_H
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/// An IPv4 or IPv6 address with its port.
typedef struct {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } name;
    socklen_t length;
} portico_address;

/// Reads a numeric address; a host name is not one.
static inline int portico_address_parse(portico_address *address, const char *host, uint16_t port) {
    memset(address, 0, sizeof *address);
    if (inet_pton(AF_INET, host, &address->name.v4.sin_addr) == 1) {
        address->name.v4.sin_family = AF_INET;
        address->name.v4.sin_port = htons(port);
        address->length = sizeof address->name.v4;
        return 0;
    }
    if (inet_pton(AF_INET6, host, &address->name.v6.sin6_addr) == 1) {
        address->name.v6.sin6_family = AF_INET6;
        address->name.v6.sin6_port = htons(port);
        address->length = sizeof address->name.v6;
        return 0;
    }
    return -EINVAL;
}

/// Writes the host as text (at least INET6_ADDRSTRLEN octets) and returns the port.
static inline uint16_t portico_address_format(const portico_address *address, char *host) {
    host[0] = 0;
    if (address->name.any.sa_family == AF_INET) {
        inet_ntop(AF_INET, &address->name.v4.sin_addr, host, INET6_ADDRSTRLEN);
        return ntohs(address->name.v4.sin_port);
    }
    if (address->name.any.sa_family == AF_INET6) {
        inet_ntop(AF_INET6, &address->name.v6.sin6_addr, host, INET6_ADDRSTRLEN);
        return ntohs(address->name.v6.sin6_port);
    }
    return 0;
}

/// The addresses of this host's interfaces, `limit` at most, with no port; how many, or a negated errno.
static inline int portico_interface_addresses(portico_address *addresses, int limit) {
    struct ifaddrs *first;
    if (getifaddrs(&first) < 0) return -errno;
    int count = 0;
    for (struct ifaddrs *each = first; each && count < limit; each = each->ifa_next) {
        if (!each->ifa_addr) continue;
        socklen_t length = each->ifa_addr->sa_family == AF_INET    ? sizeof(struct sockaddr_in)
                           : each->ifa_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                                   : 0;
        if (!length) continue;
        memset(&addresses[count], 0, sizeof *addresses);
        memcpy(&addresses[count].name, each->ifa_addr, length);
        addresses[count++].length = length;
    }
    freeifaddrs(first);
    return count;
}

/// What one person's machine is counted under: the IPv4 address, or the /64 that an IPv6 address lies in.
static inline uint64_t portico_address_network(const portico_address *address) {
    uint64_t network = 0;
    // Whoever is at a UNIX socket is on this machine.
    if (address->name.any.sa_family == AF_UNIX) return UINT64_C(2) << 8;
    if (address->name.any.sa_family == AF_INET6) {
        memcpy(&network, &address->name.v6.sin6_addr, sizeof network);
        return network;
    }
    // The block 0001::/16 is not assigned to anyone, so no IPv6 network looks like it.
    return UINT64_C(1) << 8 | (uint64_t)address->name.v4.sin_addr.s_addr << 32;
}

/// A path as the address of a UNIX socket; -ENAMETOOLONG if it does not fit.
static inline int portico_unix_address(struct sockaddr_un *address, const char *path) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof address->sun_path) return -ENAMETOOLONG;
    strcpy(address->sun_path, path);
    return 0;
}

/// Whether a socket stands at the path on which nobody listens: 1; 0 if there is nothing. Negated errno if there is
/// something else, or somebody listens.
static inline int portico_unix_is_stale(const char *path) {
    struct stat status;
    if (lstat(path, &status) < 0) return errno == ENOENT ? 0 : -errno;
    if (!S_ISSOCK(status.st_mode)) return -EEXIST;
    struct sockaddr_un address;
    int error = portico_unix_address(&address, path);
    if (error < 0) return error;
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    int status_of_connect = connect(descriptor, (struct sockaddr *)&address, sizeof address);
    error = errno;
    close(descriptor);
    // With a full queue (EAGAIN) somebody listens, too.
    return status_of_connect < 0 && error == ECONNREFUSED ? 1 : -EADDRINUSE;
}

/// A listening UNIX socket at `path`, made at `draft` and moved to its place once its mode is right and it listens: nobody
/// meets one that is not ready, and one that is left over is replaced at once.
static inline int portico_listen_unix(const char *path, const char *draft, mode_t mode, int backlog) {
    struct sockaddr_un address;
    int error = portico_unix_address(&address, draft);
    if (error < 0) return error;
    if ((error = portico_unix_is_stale(path)) < 0) return error;
    if ((error = portico_unix_is_stale(draft)) < 0) return error;
    if (error == 1 && unlink(draft) < 0) return -errno;
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) < 0) {
        error = errno;
        close(descriptor);
        return -error;
    }
    if (chmod(draft, mode) < 0 || listen(descriptor, backlog) < 0 || rename(draft, path) < 0) {
        error = errno;
        unlink(draft);
        close(descriptor);
        return -error;
    }
    return descriptor;
}

/// Which file stands at a path: its device and number; both 0 if none does.
static inline void portico_file_identity(const char *path, uint64_t *device, uint64_t *number) {
    struct stat status;
    int found = lstat(path, &status) == 0;
    *device = found ? (uint64_t)status.st_dev : 0;
    *number = found ? (uint64_t)status.st_ino : 0;
}

/// A listening socket. Options that Linux hands down to accepted sockets are set here once.
static inline int portico_listen(const portico_address *address, int backlog) {
    int descriptor = socket(address->name.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    int on = 1;
    // Lets a restarted server bind while old connections are in TIME_WAIT; Linux still refuses a port that is listened on.
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (address->name.any.sa_family == AF_INET6) setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (bind(descriptor, &address->name.any, address->length) < 0 || listen(descriptor, backlog) < 0) {
        int error = errno;
        close(descriptor);
        return -error;
    }
    return descriptor;
}

/// Takes the next connection.
static inline int portico_accept(int listener, portico_address *peer) {
    peer->length = sizeof peer->name;
    int descriptor = accept4(listener, &peer->name.any, &peer->length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    return descriptor < 0 ? -errno : descriptor;
}

/// Begins a connection; it is made or has failed once the socket is writable. `from` may be null.
static inline int portico_connect(const portico_address *to, const portico_address *from) {
    int descriptor = socket(to->name.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    int on = 1;
    setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if ((from && bind(descriptor, &from->name.any, from->length) < 0)
        || (connect(descriptor, &to->name.any, to->length) < 0 && errno != EINPROGRESS)) {
        int error = errno;
        close(descriptor);
        return -error;
    }
    return descriptor;
}

/// A datagram socket; `from` and `to` may be null. With `to` the system takes what comes from there, and nothing else.
static inline int portico_datagram_open(const portico_address *from, const portico_address *to) {
    const portico_address *end = from ? from : to;
    if (!end) return -EINVAL;
    int descriptor = socket(end->name.any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    if ((from && bind(descriptor, &from->name.any, from->length) < 0)
        || (to && connect(descriptor, &to->name.any, to->length) < 0)) {
        int error = errno;
        close(descriptor);
        return -error;
    }
    return descriptor;
}

/// The address of the family of `address` that is any of this host's, with `port`.
static inline portico_address portico_any_address(const portico_address *address, uint16_t port) {
    portico_address any;
    memset(&any, 0, sizeof any);
    any.length = address->length;
    any.name.any.sa_family = address->name.any.sa_family;
    if (any.name.any.sa_family == AF_INET6) any.name.v6.sin6_port = htons(port);
    else any.name.v4.sin_port = htons(port);
    return any;
}

/// Takes a datagram and tells where it came from; with MSG_TRUNC the count is that of the whole datagram.
static inline ssize_t portico_datagram_receive(int descriptor, void *octets, size_t count, portico_address *source) {
    ssize_t received;
    do {
        source->length = sizeof source->name;
        received = recvfrom(descriptor, octets, count, MSG_DONTWAIT | MSG_TRUNC, &source->name.any, &source->length);
    } while (received < 0 && errno == EINTR);
    return received < 0 ? -errno : received;
}

/// Sends a datagram; `to` is null if the socket has a peer.
static inline ssize_t portico_datagram_send(int descriptor, const void *octets, size_t count, const portico_address *to) {
    ssize_t sent;
    do {
        sent = sendto(descriptor, octets, count, MSG_DONTWAIT | MSG_NOSIGNAL, to ? &to->name.any : NULL,
                      to ? to->length : 0);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : sent;
}

/// Why a connection could not be made; 0 if it was.
static inline int portico_socket_error(int descriptor) {
    int error = 0;
    socklen_t length = sizeof error;
    return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) < 0 ? errno : error;
}

/// The socket's own address.
static inline void portico_local_address(int descriptor, portico_address *address) {
    address->length = sizeof address->name;
    if (getsockname(descriptor, &address->name.any, &address->length) < 0) memset(address, 0, sizeof *address);
}

static inline void portico_close(int descriptor) { close(descriptor); }

/// Tells the peer that no more comes.
static inline void portico_end_sending(int descriptor) { shutdown(descriptor, SHUT_WR); }

static inline ssize_t portico_receive(int descriptor, void *octets, size_t count) {
    ssize_t received;
    do received = recv(descriptor, octets, count, MSG_DONTWAIT);
    while (received < 0 && errno == EINTR);
    return received < 0 ? -errno : received;
}

static inline ssize_t portico_send(int descriptor, const void *octets, size_t count) {
    ssize_t sent;
    do sent = send(descriptor, octets, count, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : sent;
}

static inline int portico_epoll_add(int epoll, int descriptor, uint32_t events) {
    struct epoll_event event = {.events = events, .data.fd = descriptor};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) < 0 ? -errno : 0;
}

static inline void portico_epoll_remove(int epoll, int descriptor) {
    struct epoll_event event = {0};
    epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event);
}

/// Raises the soft limit of descriptors to the hard one; returns the limit.
static inline uint64_t portico_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return 0;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    return getrlimit(RLIMIT_NOFILE, &limit) < 0 ? 0 : limit.rlim_cur;
}

/// A descriptor kept in reserve for the moment when there is none left.
static inline int portico_reserve_descriptor(void) { return open("/dev/null", O_RDONLY | O_CLOEXEC); }

/// A write to a closed connection becomes an error instead of the end of the process.
static inline void portico_ignore_sigpipe(void) { signal(SIGPIPE, SIG_IGN); }

/// Calls `handler` for signal `number` from now on.
static inline void portico_handle_signal(int number, void (*handler)(int)) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

/// Gives signal `number` its default meaning back.
static inline void portico_reset_signal(int number) { signal(number, SIG_DFL); }

/// A pipe neither end of which blocks.
static inline int portico_pipe(int *reading, int *writing) {
    int ends[2];
    if (pipe(ends) < 0) return -errno;
    for (int end = 0; end < 2; end++) {
        fcntl(ends[end], F_SETFL, O_NONBLOCK);
        fcntl(ends[end], F_SETFD, FD_CLOEXEC);
    }
    *reading = ends[0];
    *writing = ends[1];
    return 0;
}

/// Writes `value` to a pipe. Safe in a signal handler: keeps errno.
static inline void portico_write_octet(int descriptor, uint8_t value) {
    int error = errno;
    while (write(descriptor, &value, 1) < 0 && errno == EINTR) {}
    errno = error;
}
#endif

// What Swift's Glibc module leaves out of the C library, and the macros that it cannot import.
#ifndef PORTICO_CSYSTEM_H
#define PORTICO_CSYSTEM_H
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/// At most `count` heaps for all threads, on a C library that has more than one.
static inline void portico_limit_arenas(int count) {
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, count);
#endif
}

/// Blocks of at least `size` octets go back to the system as soon as they are freed, on a C library that else raises that
/// size to the largest block it ever saw.
static inline void portico_map_blocks(int size) {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, size);
    // Setting the one stops the other from following it, and its default is for small programs.
    mallopt(M_TRIM_THRESHOLD, 16 << 20);
#endif
}

/// Free pages go back to the system, on a C library that keeps them.
static inline void portico_trim_heaps(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

/// Wall clock, nanoseconds since 1970-01-01T00:00:00Z.
static inline int64_t portico_wall_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/// Monotonic clock, nanoseconds since an arbitrary start; never goes back.
static inline int64_t portico_monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/// Processor time that all threads of the process have used, nanoseconds.
static inline int64_t portico_processor_nanoseconds(void) {
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

/// 64 bits from the kernel's generator.
static inline uint64_t portico_random(void) {
    uint64_t value = 0;
    while (getrandom(&value, sizeof value, 0) != (ssize_t)sizeof value) {}
    return value;
}
#endif

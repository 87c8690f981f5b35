// CRC-32C (Castagnoli) with the processor's own instruction where it has one, chosen at run time: distributions build
// for the oldest processors they support.
#ifndef PORTICO_CHECKSUM_H
#define PORTICO_CHECKSUM_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
__attribute__((target("sse4.2")))
static inline uint32_t portico_crc32c_fast(uint32_t crc, const uint8_t *octets, size_t count) {
    uint64_t wide = crc;
    while (count >= 8) {
        uint64_t word;
        memcpy(&word, octets, 8);
        wide = __builtin_ia32_crc32di(wide, word);
        octets += 8;
        count -= 8;
    }
    crc = (uint32_t)wide;
    while (count-- > 0) crc = __builtin_ia32_crc32qi(crc, *octets++);
    return crc;
}
#define PORTICO_HAS_FAST_CRC32C() __builtin_cpu_supports("sse4.2")
#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
static inline uint32_t portico_crc32c_fast(uint32_t crc, const uint8_t *octets, size_t count) {
    while (count >= 8) {
        uint64_t word;
        memcpy(&word, octets, 8);
        crc = __builtin_arm_crc32cd(crc, word);
        octets += 8;
        count -= 8;
    }
    while (count-- > 0) crc = __builtin_arm_crc32cb(crc, *octets++);
    return crc;
}
#define PORTICO_HAS_FAST_CRC32C() 1
#endif

/// Four bits at a time, for processors without the instruction.
static inline uint32_t portico_crc32c_portable(uint32_t crc, const uint8_t *octets, size_t count) {
    static const uint32_t table[16] = {
        0x00000000, 0x105EC76F, 0x20BD8EDE, 0x30E349B1, 0x417B1DBC, 0x5125DAD3, 0x61C69362, 0x7198540D,
        0x82F63B78, 0x92A8FC17, 0xA24BB5A6, 0xB21572C9, 0xC38D26C4, 0xD3D3E1AB, 0xE330A81A, 0xF36E6F75,
    };
    while (count-- > 0) {
        crc ^= *octets++;
        crc = table[crc & 15] ^ (crc >> 4);
        crc = table[crc & 15] ^ (crc >> 4);
    }
    return crc;
}

/// Continues `crc`, which begins and ends inverted: start with 0, each call's result is a finished CRC.
static inline uint32_t portico_crc32c(uint32_t crc, const void *octets, size_t count) {
    crc = ~crc;
#if defined(PORTICO_HAS_FAST_CRC32C)
    if (PORTICO_HAS_FAST_CRC32C()) return ~portico_crc32c_fast(crc, (const uint8_t *)octets, count);
#endif
    return ~portico_crc32c_portable(crc, (const uint8_t *)octets, count);
}
#endif

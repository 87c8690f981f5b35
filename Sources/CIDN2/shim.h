// libidn2: names of other scripts in A-labels and back. RFC 5890, RFC 5891, and the mapping of UTS #46.
#ifndef PORTICO_CIDN2_H
#define PORTICO_CIDN2_H
#include <idn2.h>
#include <stdlib.h>

// Without transitional processing, which would turn `ß` into `ss`; in normal form C, and only labels that can be looked
// up. The result belongs to the caller.
static inline int portico_idn_to_ascii(const char *name, char **result) {
    return idn2_to_ascii_8z(name, result, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
}
static inline int portico_idn_to_unicode(const char *name, char **result) {
    return idn2_to_unicode_8z8z(name, result, IDN2_NONTRANSITIONAL);
}
static inline void portico_idn_free(char *result) { idn2_free(result); }
#endif

// RocksDB by its C interface.
#ifndef PORTICO_CROCKSDB_H
#define PORTICO_CROCKSDB_H
#include <rocksdb/c.h>
#endif

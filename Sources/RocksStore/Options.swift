internal import CRocksDB

/// RocksDB's options for a configuration, freed with this object; and with them the block cache, which all share.
@safe final class Options {
    let database: OpaquePointer
    let rows: OpaquePointer
    let blobs: OpaquePointer
    private let cache: OpaquePointer

    init(_ configuration: RocksStore.Configuration) {
        unsafe database = rocksdb_options_create()
        unsafe rows = rocksdb_options_create()
        unsafe blobs = rocksdb_options_create()
        unsafe cache = rocksdb_cache_create_lru(configuration.blockCache)
        setDatabase(configuration)
        unsafe setFamily(rows, configuration)
        unsafe setFamily(blobs, configuration)
        // The values of `rows` that are kept apart are bodies and segments, those of `blobs` pieces of bodies.
        unsafe rocksdb_options_set_min_blob_size(rows, UInt64(configuration.separateValues))
        unsafe rocksdb_options_set_min_blob_size(blobs, 1 << 10)
    }

    deinit {
        unsafe rocksdb_options_destroy(database)
        unsafe rocksdb_options_destroy(rows)
        unsafe rocksdb_options_destroy(blobs)
        unsafe rocksdb_cache_destroy(cache)
    }

    private func setDatabase(_ configuration: RocksStore.Configuration) {
        let options = unsafe database
        unsafe rocksdb_options_set_create_if_missing(options, 1)
        unsafe rocksdb_options_set_create_missing_column_families(options, 1)
        unsafe rocksdb_options_set_max_open_files(options, Int32(clamping: configuration.openFiles))
        unsafe rocksdb_options_set_max_background_jobs(options, Int32(clamping: configuration.backgroundThreads))
        unsafe rocksdb_options_set_max_total_wal_size(options, UInt64(configuration.logSize))
        unsafe rocksdb_options_set_write_buffer_size(options, 64 << 10)
        // A start reads as little as it can: files are opened when they are needed.
        unsafe rocksdb_options_set_skip_stats_update_on_db_open(options, 1)
        unsafe rocksdb_options_set_skip_checking_sst_file_sizes_on_db_open(options, 1)
        unsafe rocksdb_options_set_max_manifest_file_size(options, 4 << 20)
        // Files reach the disk bit by bit, so that the sync of a commit does not wait behind a large one.
        unsafe rocksdb_options_set_bytes_per_sync(options, 1 << 20)
        // Its own log: almost nothing. A build with assertions ends the process when it cannot write to it, and a full
        // disk is what it would write about; what fails comes back from the calls too. No statistics either.
        unsafe rocksdb_options_set_info_log_level(options, 4)
        unsafe rocksdb_options_set_max_log_file_size(options, 1 << 20)
        unsafe rocksdb_options_set_keep_log_file_num(options, 2)
        unsafe rocksdb_options_set_stats_dump_period_sec(options, 0)
        unsafe rocksdb_options_set_stats_persist_period_sec(options, 0)
    }

    private func setFamily(_ options: OpaquePointer, _ configuration: RocksStore.Configuration) {
        unsafe rocksdb_options_set_write_buffer_size(options, configuration.writeBuffer)
        unsafe rocksdb_options_set_max_write_buffer_number(options, 2)
        unsafe rocksdb_options_set_compression(options, Int32(rocksdb_lz4_compression))
        unsafe rocksdb_options_set_level_compaction_dynamic_level_bytes(options, 1)
        // A buffer becomes a file of some hundred KiB, since large values are kept apart. Small files and a small first
        // level below them: merging four such files rewrites about as much as they have, however much lies deeper, so
        // rows that wait (mail for a dead domain) do not make those that come and go dear. Deeper files are larger.
        unsafe rocksdb_options_set_target_file_size_base(options, 2 << 20)
        unsafe rocksdb_options_set_target_file_size_multiplier(options, 2)
        unsafe rocksdb_options_set_max_bytes_for_level_base(options, 8 << 20)

        unsafe rocksdb_options_set_enable_blob_files(options, 1)
        unsafe rocksdb_options_set_blob_file_size(options, 64 << 20)
        unsafe rocksdb_options_set_blob_compression_type(options, Int32(rocksdb_lz4_compression))
        // Switched on by `BlobGarbage` while there is something to gain.
        unsafe rocksdb_options_set_enable_blob_gc(options, 0)
        unsafe rocksdb_options_set_blob_gc_age_cutoff(options, 0.5)
        unsafe rocksdb_options_set_blob_gc_force_threshold(options, 0.5)

        let table = unsafe rocksdb_block_based_options_create()
        unsafe rocksdb_block_based_options_set_block_cache(table, cache)
        unsafe rocksdb_block_based_options_set_block_size(table, 8 << 10)
        unsafe rocksdb_block_based_options_set_format_version(table, 5)
        // The table takes over the filter policy.
        unsafe rocksdb_block_based_options_set_filter_policy(table, rocksdb_filterpolicy_create_bloom_full(10))
        // Indexes and filters count as cached blocks, or their memory would grow with the data.
        unsafe rocksdb_block_based_options_set_cache_index_and_filter_blocks(table, 1)
        unsafe rocksdb_block_based_options_set_cache_index_and_filter_blocks_with_high_priority(table, 1)
        unsafe rocksdb_block_based_options_set_pin_l0_filter_and_index_blocks_in_cache(table, 1)
        unsafe rocksdb_options_set_block_based_table_factory(options, table)
        unsafe rocksdb_block_based_options_destroy(table)
    }
}

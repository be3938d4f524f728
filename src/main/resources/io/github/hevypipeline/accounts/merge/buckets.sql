select array_join(array_sort(collect_set(bucket)), ', ') as buckets from committed

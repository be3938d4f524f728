package io.github.hevypipeline.scale;

import io.github.hevypipeline.scale.ManyAccounts.Tenant;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The Delta tables of {@code hevy_raw}, account by account. */
final class MergedTables {
    private MergedTables() {}

    /** What differs from the truth of each account; empty if each row is there once and says what Hevy says. */
    static List<String> differences(ThriftServer spark, List<Tenant> tenants) throws SQLException {
        Map<String, AccountTables> found = new HashMap<>();
        tenants.forEach(tenant -> found.put(tenant.id(), new AccountTables()));
        for (Map<String, Object> table : spark.rows("show tables in hevy_raw")) {
            String name = String.valueOf(table.get("tableName"));
            if (!name.startsWith("_") && !name.startsWith("committed") && !name.contains("package_of_")) {
                for (Map<String, Object> row : spark.rows("select * from hevy_raw.`" + name + "`")) {
                    row.values().removeIf(Objects::isNull);
                    found.get(String.valueOf(row.get("account_id"))).add(name, row);
                }
            }
        }
        List<String> differences = new ArrayList<>();
        for (Tenant tenant : tenants) {
            for (String difference : found.get(tenant.id()).differences(tenant.truth())) {
                differences.add(tenant.id() + ": " + difference);
            }
        }
        return differences;
    }
}

package io.github.hevypipeline.scale;

import io.github.hevypipeline.scale.ManyAccounts.Tenant;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;

/**
 * Many accounts and a broker as one process, for the benchmark: it obeys the lines of standard input, one response a line.
 *
 * <p>It first prints the address of the API, then that of the broker. {@code requests} gives the number of requests so far, {@code edit N} edits the newest workout of every Nth account and
 * adds another to it. It ends with its input.
 */
public final class ManyAccountsServer {
    private ManyAccountsServer() {}

    /** Takes the number of accounts, the workouts of each, and a folder for the accounts file and the broker. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path folder = Path.of(arguments[2]);
        int accounts = Integer.parseInt(arguments[0]);
        int workouts = Integer.parseInt(arguments[1]);
        try (ManyAccounts hevy = new ManyAccounts();
                KafkaBroker broker = KafkaBroker.start(folder.resolve("kafka"));
                BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (int i = 0; i < accounts; i++) {
                hevy.add(String.format(Locale.ROOT, "lifter-%06d", i), workouts);
            }
            hevy.writeAccounts(folder);
            System.out.println(hevy.baseUri());
            System.out.println(broker.servers());
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println(obey(hevy, line.split(" ", -1)));
            }
        }
    }

    private static long obey(ManyAccounts hevy, String[] words) {
        return switch (words[0]) {
            case "requests" -> hevy.requests();
            case "edit" -> edit(List.copyOf(hevy.tenants()), Integer.parseInt(words[1]));
            default -> throw new IllegalArgumentException("requests or edit N, not " + words[0]);
        };
    }

    private static int edit(List<Tenant> tenants, int every) {
        int edited = 0;
        for (int i = 0; i < tenants.size(); i += every) {
            tenants.get(i).editNewest("Edited");
            tenants.get(i).logWorkout(LocalDate.of(2026, 1, 20), 1);
            edited++;
        }
        return edited;
    }
}

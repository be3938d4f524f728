package io.github.hevypipeline.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.scale.ManyAccounts.Mood;
import io.github.hevypipeline.scale.ManyAccounts.Tenant;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key is an account, and what one account does shows in no other. */
class ManyAccountsTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private final ManyAccounts hevy = new ManyAccounts();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        hevy.close();
    }

    @Test
    void each_key_shows_its_own_account_and_counts_its_own_requests() throws Exception {
        Tenant small = hevy.add("small", 3);
        Tenant large = hevy.add("large", 12);

        assertThat(get(small, "/v1/workouts/count").body()).isEqualTo("{\"workout_count\":3}");
        assertThat(get(large, "/v1/workouts/count").body()).isEqualTo("{\"workout_count\":12}");
        assertThat(get(large, "/v1/user/info").statusCode()).isEqualTo(200);

        assertThat(small.requests()).isEqualTo(1);
        assertThat(large.requests()).isEqualTo(2);
    }

    @Test
    void the_mood_of_one_account_is_not_that_of_another() throws Exception {
        Tenant well = hevy.add("well", 3);
        Tenant other = hevy.add("other", 3);

        assertThat(get(other.in(Mood.REVOKED), "/v1/workouts").statusCode()).isEqualTo(401);
        assertThat(get(other.in(Mood.EMPTY), "/v1/workouts").body())
                .isEqualTo("{\"page\":1,\"page_count\":0,\"workouts\":[]}");
        assertThat(get(other.in(Mood.HTML), "/v1/workouts").body()).startsWith("<html>");
        assertThat(get(well, "/v1/workouts").statusCode()).isEqualTo(200);
    }

    @Test
    void accounts_may_have_workouts_of_the_same_id() {
        Tenant first = hevy.add("first", 3);
        Tenant second = hevy.addColliding("second", first);

        assertThat(second.workouts()).isEqualTo(first.workouts());
        assertThat(second.truth().rows("workouts"))
                .allSatisfy(
                        row -> assertThat(row.values().get("title").asText()).isEqualTo("not of first"));
    }

    @Test
    void the_accounts_file_names_keys_and_holds_none() throws Exception {
        hevy.addUneven(2);

        assertThat(Files.readString(hevy.writeAccounts(folder)))
                .contains("\"account_id\": \"lifter-001\"")
                .doesNotContain(hevy.tenant("lifter-001").key());
        assertThat(Files.readString(hevy.writeAccountsOfEnvironment(folder)))
                .contains("\"key_env\": \"KEY_LIFTER_001\"");
        assertThat(hevy.environment())
                .containsEntry("KEY_LIFTER_001", hevy.tenant("lifter-001").key());
    }

    private HttpResponse<String> get(Tenant tenant, String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(hevy.baseUri().resolve(path))
                        .header("api-key", tenant.key())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}

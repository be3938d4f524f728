.DEFAULT_GOAL := help
MVN := mvn -B -ntp
JAR := target/hevy-pipeline.jar

.PHONY: help demo run test test-slow sweep fuzz bench bench-quick bench-scale jar scale-jar release sources camel-k

help: ## list the targets (the default)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## one run from Maven; without a .env, on a simulated account
	$(MVN) -q compile camel:run

test: ## everything that must pass before a push
	$(MVN) verify

test-slow: ## the tests that take minutes: large accounts, full disks
	$(MVN) verify -Dtests.left.out= -Dgroups=slow -Dsurefire.failIfNoSpecifiedTests=false

SECONDS ?= 0
sweep: ## a fault at every request and step of a run (hours); SECONDS=240 for a sample
	$(MVN) verify -Dtest=NoSuchTest -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=SweepIT -Dtests.left.out= -Dsweep.seconds=$(SECONDS)

fuzz: ## a minute of random input for each parser of Hevy's responses
	JAZZER_FUZZ=1 $(MVN) test -Dtest=RetryAfterFuzzTest
	JAZZER_FUZZ=1 $(MVN) test -Dtest=PageReaderFuzzTest
	JAZZER_FUZZ=1 $(MVN) test -Dtest=WorkoutExportFuzzTest

bench: $(JAR) ## compare with the Python stack and the floor, into bench/results.md (half an hour, an idle machine)
	python3 bench/bench.py

bench-quick: $(JAR) ## the same on small accounts, in 3 minutes
	python3 bench/bench.py --quick --runs 2

bench-scale: ## many accounts, into bench/scale.md (an hour, an idle machine)
	python3 bench/scale.py

scale-jar: ## the program with Kafka and Hive's JDBC driver, target/hevy-pipeline-scale.jar
	$(MVN) package -Pscale -DskipTests

jar: ## the program as one file, target/hevy-pipeline.jar
	$(MVN) package -DskipTests

run: $(JAR) ## one run of the jar, with the fast launcher and the settings of .env
	bin/hevy-pipeline

release: RELEASE := $(MVN) -q package -DskipTests $(if $(VERSION),-Drevision=$(VERSION))
release: ## for each platform an archive and a jar, the universal jar, its contents and checksums, in target/; VERSION=0.1.0
	rm -f target/hevy-pipeline*.jar target/hevy-pipeline-*.zip target/SHA256SUMS
	for platform in linux-amd64 linux-arm64 macos windows; do $(RELEASE) -P$$platform,archive || exit; done
	$(RELEASE) -Prelease
	cd target && sha256sum hevy-pipeline*.jar hevy-pipeline-*.zip bom.json bom.xml licences.txt >SHA256SUMS

$(JAR): pom.xml application.properties $(shell find src/main routes schemas transform -type f)
	$(MVN) package -DskipTests

sources: ## the tables of transform/models/sources.yml, from the schemas
	$(MVN) -q test -Dtest=SourcesYmlTest -Dsurefire.failIfNoSpecifiedTests=false -Dsources.write=true

camel-k: ## the Integrations of deploy/camel-k, from the routes; needs Go
	.ci/camel-k generate

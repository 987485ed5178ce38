#!/usr/bin/env bash
# Three brokers of Apache Kafka (KRaft, replication 3, two in sync) on loopback,
# for as long as standard input is open: whoever started this script may die in
# any way, and no broker stays behind.
#
#   cluster.sh DIR PORT...
#
# DIR holds everything but the jars, which are kept in the user's cache, and is
# removed at the end; tls/server.pem (key, certificate and authority) must lie in
# it. Nine ports are needed: three for plain text, three for SCRAM over TLS,
# three for controllers.
# KAFKA_USER and KAFKA_PASSWORD name the user that SCRAM knows.
#
# When the brokers serve it prints "ready". Then each line of input is a command
# - kill N, pause N, resume N, start N - and is answered by "ok", or "failed"
# and why.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
dir=$1
shift
ports=("$@")
jars=${XDG_CACHE_HOME:-$HOME/.cache}/dreamlog/kafka-$(md5sum <"$here/pom.xml" | cut -c1-12)
declare -A pids=()

plain() { echo "127.0.0.1:${ports[$1 - 1]}"; }
secure() { echo "127.0.0.1:${ports[$1 + 2]}"; }
controller() { echo "127.0.0.1:${ports[$1 + 5]}"; }

# fetch brings the jars in, once for all runs.
fetch() {
  [ -d "$jars" ] && return
  mkdir -p "$dir/maven" "$(dirname "$jars")"
  cp "$here/pom.xml" "$dir/maven/"
  mvn -B -q -f "$dir/maven/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$jars.$$" >&2
  mv -T "$jars.$$" "$jars" 2>/dev/null || rm -rf "$jars.$$" # another run was first
}

configure() { # N
  cat >"$dir/$1.properties" <<CONFIG
node.id=$1
process.roles=broker,controller
controller.quorum.voters=1@$(controller 1),2@$(controller 2),3@$(controller 3)
controller.listener.names=CONTROLLER
listeners=PLAIN://$(plain "$1"),SECURE://$(secure "$1"),CONTROLLER://$(controller "$1")
advertised.listeners=PLAIN://$(plain "$1"),SECURE://$(secure "$1")
listener.security.protocol.map=PLAIN:PLAINTEXT,SECURE:SASL_SSL,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAIN
sasl.enabled.mechanisms=SCRAM-SHA-256,SCRAM-SHA-512
listener.name.secure.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.secure.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
ssl.keystore.type=PEM
ssl.keystore.location=$dir/tls/server.pem
log.dirs=$dir/data-$1
auto.create.topics.enable=false
default.replication.factor=3
min.insync.replicas=2
offsets.topic.replication.factor=3
offsets.topic.num.partitions=3
transaction.state.log.replication.factor=3
transaction.state.log.min.isr=2
transaction.state.log.num.partitions=3
# A dead broker is noticed in seconds, and three fit into a small machine.
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
replica.fetch.backoff.ms=100
num.network.threads=2
num.io.threads=2
log.cleaner.dedupe.buffer.size=4194304
CONFIG
}

# become replaces the shell that calls it, so that its pid is that of java.
become() { exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$jars/*" "$@"; }

format() { # N
  become -Xmx128m kafka.tools.StorageTool format --cluster-id MDEyMzQ1Njc4OWFiY2RlZg --config "$dir/$1.properties" \
    --add-scram "SCRAM-SHA-256=[name=$KAFKA_USER,password=$KAFKA_PASSWORD]" \
    --add-scram "SCRAM-SHA-512=[name=$KAFKA_USER,password=$KAFKA_PASSWORD]" >"$dir/format-$1.out" 2>&1
}

launch() { # N
  become -Xms256m -Xmx256m kafka.Kafka "$dir/$1.properties" >"$dir/$1.out" 2>&1 </dev/null &
  pids[$1]=$!
}

# serving waits until the broker takes connections.
serving() { # N
  local address port
  address=$(plain "$1")
  port=${address#*:}
  for _ in $(seq 1 900); do
    kill -0 "${pids[$1]}" 2>/dev/null || { tail -n 20 "$dir/$1.out" >&2; return 1; }
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return
    sleep 0.1
  done
  tail -n 20 "$dir/$1.out" >&2
  return 1
}

stop_all() {
  for n in "${!pids[@]}"; do
    kill -KILL "${pids[$n]}" 2>/dev/null || true
  done
  wait 2>/dev/null || true
  rm -rf "$dir"
}
trap stop_all EXIT

obey() { # COMMAND N
  case $1 in
    kill)
      kill -KILL "${pids[$2]}"
      wait "${pids[$2]}" 2>/dev/null || true
      unset "pids[$2]"
      ;;
    pause) kill -STOP "${pids[$2]}" ;;
    resume) kill -CONT "${pids[$2]}" ;;
    start) launch "$2" && serving "$2" ;;
    *) return 1 ;;
  esac
}

fetch
for n in 1 2 3; do configure "$n"; done
formats=()
for n in 1 2 3; do
  format "$n" &
  formats+=($!)
done
for job in "${formats[@]}"; do wait "$job" || { cat "$dir"/format-*.out >&2; exit 1; }; done
for n in 1 2 3; do launch "$n"; done
for n in 1 2 3; do serving "$n"; done
echo ready

while read -r command number; do
  if obey "$command" "$number"; then echo ok; else echo "failed: $command $number"; fi
done

@echo off
rem Does the same as "java -jar hevy-pipeline.jar", with the jar beside this file. JAVA_OPTS adds Java options.
setlocal

set "JAR=%HEVY_PIPELINE_JAR%"
if not defined JAR set "JAR=%~dp0hevy-pipeline.jar"
if not exist "%JAR%" (
    echo hevy-pipeline: there is no %JAR%. 1>&2
    exit /b 2
)

set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
"%JAVA%" -version >nul 2>&1
if errorlevel 1 (
    echo hevy-pipeline: there is no %JAVA%. Install Java 17 or later, or set JAVA_HOME. 1>&2
    exit /b 2
)

rem Names of exercises in any language need UTF-8.
chcp 65001 >nul

"%JAVA%" -Xms60m -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xlog:disable -Dhevy-pipeline.command=hevy-pipeline %JAVA_OPTS% -jar "%JAR%" %*
exit /b %ERRORLEVEL%

// Validates Camel K resources against Camel K's own definitions, as an API server with fieldValidation=Strict would: known
// fields, values of the right type. Then checks that the operator's cron trait leaves the flows unchanged.
//
//	tool FOLDER-OF-DEFINITIONS RESOURCE.yaml ...
package main

import (
	"fmt"
	"os"
	"path/filepath"

	v1 "github.com/apache/camel-k/v2/pkg/apis/camel/v1"
	"github.com/apache/camel-k/v2/pkg/util/camel"
	"github.com/apache/camel-k/v2/pkg/util/source"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	extensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "tool FOLDER-OF-DEFINITIONS RESOURCE.yaml ...")
		os.Exit(2)
	}
	wrong := false
	for _, file := range os.Args[2:] {
		problems, err := check(os.Args[1], file)
		if err != nil {
			problems = append(problems, err.Error())
		}
		for _, problem := range problems {
			fmt.Fprintf(os.Stderr, "%s: %s\n", file, problem)
			wrong = true
		}
	}
	if wrong {
		os.Exit(1)
	}
}

func check(definitions, file string) ([]string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var resource map[string]interface{}
	// Strict: a duplicate key is an error too.
	if err := yaml.UnmarshalStrict(text, &resource); err != nil {
		return nil, err
	}
	object := unstructured.Unstructured{Object: resource}
	if object.GetKind() != "Integration" || object.GetAPIVersion() != v1.SchemeGroupVersion.String() {
		return nil, fmt.Errorf("is a %s of %s, not an Integration of %s",
			object.GetKind(), object.GetAPIVersion(), v1.SchemeGroupVersion)
	}
	problems, err := checkSchema(filepath.Join(definitions, "camel.apache.org_integrations.yaml"), resource)
	if err != nil || len(problems) > 0 {
		return problems, err
	}
	var integration v1.Integration
	if err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(resource, &integration, true); err != nil {
		return []string{err.Error()}, nil
	}
	return checkFlows(&integration)
}

func checkSchema(definition string, resource map[string]interface{}) ([]string, error) {
	text, err := os.ReadFile(definition)
	if err != nil {
		return nil, err
	}
	var stored extensions.CustomResourceDefinition
	if err := yaml.UnmarshalStrict(text, &stored); err != nil {
		return nil, err
	}
	var props apiextensions.JSONSchemaProps
	found := false
	for _, version := range stored.Spec.Versions {
		if version.Name == v1.SchemeGroupVersion.Version {
			found = true
			err = extensions.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(
				version.Schema.OpenAPIV3Schema, &props, nil)
		}
	}
	if err != nil || !found {
		return nil, fmt.Errorf("%s has no usable version %s: %w", definition, v1.SchemeGroupVersion.Version, err)
	}
	structural, err := schema.NewStructural(&props)
	if err != nil {
		return nil, err
	}
	var problems []string
	unknown := pruning.PruneWithOptions(runtime.DeepCopyJSON(resource), structural, true,
		schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	for _, path := range unknown {
		problems = append(problems, fmt.Sprintf("unknown field %q", path))
	}
	validator, _, err := validation.NewSchemaValidator(&props)
	if err != nil {
		return nil, err
	}
	for _, invalid := range validation.ValidateCustomResource(field.NewPath(""), resource, validator) {
		problems = append(problems, invalid.Error())
	}
	return problems, nil
}

// For a CronJob the operator replaces the address of each route that begins with a timer, and drops the parameters of
// every route, even the names of direct routes. It leaves flows that begin with beans unchanged.
func checkFlows(integration *v1.Integration) ([]string, error) {
	catalog, err := camel.DefaultCatalog()
	if err != nil {
		return nil, err
	}
	var problems []string
	for _, flows := range integration.OriginalSourcesOnly() {
		replaced, err := source.InspectorForLanguage(catalog, v1.LanguageYaml).
			ReplaceFromURI(&flows, "timer:camel-k-overridden-cron?delay=0&period=1&repeatCount=1")
		if err != nil {
			return nil, err
		}
		if replaced {
			problems = append(problems, "the operator's cron trait would rewrite the flows; let them begin with beans")
		}
	}
	return problems, nil
}
